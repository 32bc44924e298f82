#include "rnnq.h"
#include "rnnq_fixed.h"

void rnnq_lerp_s16_c(int16_t *out, const int16_t *n, const int16_t *z, const int16_t *h, int32_t length, int32_t low,
                     int32_t high)
{
    for (int32_t j = 0; j < length; j++) {
        const int32_t difference = (int32_t)h[j] - n[j];
        out[j] = (int16_t)rnnq_clamp(n[j] + rnnq_round_shift(z[j] * difference, 15), low, high);
    }
}
