#include "rnnq.h"
#include "rnnq_fixed.h"

RNNQ_SHARED
void rnnq_highpass_s16_c(int16_t *out, const int16_t *x, int32_t *means, int32_t count, int32_t channels, int32_t shift)
{
    for (int32_t t = 0; t < count; t++) {
        for (int32_t c = 0; c < channels; c++) {
            const int32_t sample = x[t * channels + c];
            const int32_t mean = rnnq_clamp(means[c], -0x800000, 0x7fffff);
            out[t * channels + c] = (int16_t)rnnq_clamp_near(sample - (mean >> 8), -32768, 32767);
            means[c] = mean + ((sample * 256 - mean) >> shift);
        }
    }
}
