#include "rnnq.h"
#include "rnnq_fixed.h"

RNNQ_SHARED
void rnnq_hold_s32_c(int32_t *held, const int32_t *x, const int16_t *count, int32_t length)
{
    for (int32_t j = 0; j < length; j++)
        held[j] = rnnq_if_negative(-count[0], held[j], x[j]);
}
