#include "rnnq.h"
#include "rnnq_fixed.h"

void rnnq_narrow_s16s16_c(int16_t *out, const int16_t *a, int32_t length, int32_t shift, int32_t low, int32_t high)
{
    for (int32_t j = 0; j < length; j++) {
        out[j] = (int16_t)rnnq_clamp(rnnq_round_shift(a[j], shift), low, high);
    }
}
