#include "rnnq.h"
#include "rnnq_fixed.h"

void rnnq_mul_s16s32s32_c(int32_t *out, const int16_t *a, const int32_t *b, int32_t length, int32_t shift)
{
    for (int32_t j = 0; j < length; j++) {
        out[j] = rnnq_round_shift((int32_t)a[j] * b[j], shift);
    }
}
