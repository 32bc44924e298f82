#include "rnnq.h"
#include "rnnq_fixed.h"

void rnnq_mul_s16s16s8_c(int8_t *out, const int16_t *a, const int16_t *b, int32_t length, int32_t shift)
{
    for (int32_t j = 0; j < length; j++) {
        out[j] = (int8_t)rnnq_round_shift((int32_t)a[j] * b[j], shift);
    }
}
