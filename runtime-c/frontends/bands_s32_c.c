#include "rnnq.h"
#include "rnnq_fixed.h"

/* What a segment adds to the band that rises in it, and to the one that falls; shift: its bins were shifted left by it. */
struct segment {
    uint32_t rising;
    uint32_t falling;
    int32_t shift;
};

/* A6; masks of 31 bits change nothing: they say that a number is not negative. */
static RNNQ_CODE struct segment sum_segment(const int32_t *z, const uint16_t *weights, int32_t bins, int32_t power_shift,
                                  int32_t max_shift)
{
    const int32_t half = (int32_t)1 << (power_shift - 1);
    struct segment segment;
    int32_t seen = 1;
    int32_t right;
    int32_t factor;
    uint32_t sum = 0;
    uint32_t rising = 0;

    for (int32_t k = 0; k < bins; k++) {
        const int32_t re = z[2 * k];
        const int32_t im = z[2 * k + 1];
        seen |= (re ^ (re >> 31)) | (im ^ (im >> 31));
    }
    segment.shift = rnnq_at_most(rnnq_leading_zeros((uint32_t)(seen & 0x7fffffff)) - 1, max_shift);
    segment.shift = rnnq_at_least(segment.shift, 0);
    /* the upper half of a number shifted left: from 16 on nothing is left to shift right */
    right = rnnq_at_least(16 - segment.shift, 0);
    factor = (int32_t)1 << rnnq_at_least(segment.shift - 16, 0);
    for (int32_t k = 0; k < bins; k++) {
        const int32_t re = rnnq_lower_half(rnnq_lower_half(z[2 * k] >> right) * factor);
        const int32_t im = rnnq_lower_half(rnnq_lower_half(z[2 * k + 1] >> right) * factor);
        const uint32_t square = (uint32_t)((re * re + half) & 0x7fffffff) + (uint32_t)((im * im) & 0x7fffffff);
        const uint32_t power = square >> power_shift;
        sum += power;
        rising += power * weights[k];
    }
    segment.rising = rising;
    segment.falling = (uint32_t)(((int32_t)(sum << 12) - (int32_t)rising) & 0x7fffffff);
    return segment;
}

static inline RNNQ_CODE uint32_t aligned(uint32_t x, int32_t shift)
{
    return x >> rnnq_at_most(2 * shift, 31);
}

/* A7, A8: log2, Q10, of a band that rises in one segment and falls in the next. */
static RNNQ_CODE int32_t log_of_band(const struct segment *before, const struct segment *here, const uint16_t *logarithms,
                           int32_t max_shift, uint32_t floor)
{
    const int32_t later = rnnq_at_least(before->shift - here->shift, 0);
    const int32_t earlier = rnnq_at_least(here->shift - before->shift, 0);
    const int32_t least = rnnq_at_least(before->shift - later, 0);
    const uint32_t total = aligned(before->rising, later) + aligned(here->falling, earlier)
                           + aligned(floor, rnnq_at_least(max_shift - least, 0));

    return rnnq_logarithm_u32_c(total | 1u, logarithms) - 2048 * least;
}

RNNQ_SHARED
void rnnq_bands_s32_c(int32_t *values, const int32_t *z, const uint16_t *bins, const uint16_t *weights,
                      const uint16_t *logarithms, int32_t bands, int32_t power_shift, int32_t max_shift, uint32_t floor,
                      int32_t offset)
{
    const int32_t *bin = z;
    const uint16_t *weight = weights;
    struct segment before = sum_segment(bin, weight, bins[0], power_shift, max_shift);

    for (int32_t band = 0; band < bands; band++) {
        struct segment here;

        bin += 2 * bins[band];
        weight += bins[band];
        here = sum_segment(bin, weight, bins[band + 1], power_shift, max_shift);
        values[band] = offset + log_of_band(&before, &here, logarithms, max_shift, floor);
        before = here;
    }
}
