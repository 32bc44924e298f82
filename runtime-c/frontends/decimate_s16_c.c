#include "rnnq.h"
#include "rnnq_fixed.h"

RNNQ_SHARED
int32_t rnnq_decimate_s16_c(int16_t *out, const int16_t *x, int32_t *sums, int32_t phase, int32_t count,
                            int32_t channels, int32_t shift)
{
    const int32_t mask = ((int32_t)1 << shift) - 1;
    int32_t place = phase & mask;
    int32_t frames = 0;

    for (int32_t t = 0; t < count; t++) {
        place = (place + 1) & mask;
        for (int32_t c = 0; c < channels; c++) {
            const int32_t sum = rnnq_clamp(sums[c], -0x800000, 0x800000) + x[t * channels + c];
            sums[c] = place == 0 ? 0 : sum;
            out[frames * channels + c] = (int16_t)rnnq_clamp_near(rnnq_round_shift(sum, shift), -32768, 32767);
        }
        frames += place == 0 ? 1 : 0;
    }
    return frames;
}
