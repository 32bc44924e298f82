#include "rnnq.h"
#include "rnnq_fixed.h"

void rnnq_affine_s8_c(int8_t *out, const int8_t *a, const int16_t *m, const uint8_t *n, const int32_t *bias,
                      int32_t length, int32_t low, int32_t high)
{
    for (int32_t j = 0; j < length; j++) {
        out[j] = (int8_t)rnnq_clamp(rnnq_round_shift(a[j] * m[j] + bias[j], n[j]), low, high);
    }
}
