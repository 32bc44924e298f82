#include "rnnq.h"
#include "rnnq_fixed.h"

void rnnq_requantize_s32_shift_c(int32_t *out, const int32_t *a, const uint8_t *n, int32_t length, int32_t left,
                                 int32_t low, int32_t high)
{
    for (int32_t j = 0; j < length; j++) {
        out[j] = rnnq_clamp(rnnq_requantize_shift(a[j], left, n[j]), low, high);
    }
}
