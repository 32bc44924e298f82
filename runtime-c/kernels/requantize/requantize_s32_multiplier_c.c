#include "rnnq.h"
#include "rnnq_fixed.h"

void rnnq_requantize_s32_multiplier_c(int32_t *out, const int32_t *a, const int16_t *m, const uint8_t *n,
                                      int32_t length, int32_t pre, int32_t low, int32_t high)
{
    for (int32_t j = 0; j < length; j++) {
        out[j] = rnnq_clamp(rnnq_requantize_multiplier(a[j], pre, m[j], n[j]), low, high);
    }
}
