#include "rnnq.h"
#include "rnnq_fixed.h"

RNNQ_SHARED
void rnnq_magnitude_s16_c(int16_t *out, const int16_t *x, const uint16_t *logarithms, int32_t count, int32_t channels,
                          uint32_t floor)
{
    for (int32_t t = 0; t < count; t++) {
        uint32_t sum = floor;

        for (int32_t c = 0; c < channels; c++) {
            const int32_t sample = x[t * channels + c];
            sum += (uint32_t)rnnq_at_least(sample * sample, 0); /* is not negative; this says so */
        }
        out[t] = (int16_t)((rnnq_logarithm_u32_c(sum, logarithms) + 31 * 1024 + 1) >> 1);
    }
}
