#include "rnnq.h"
#include "rnnq_fixed.h"

RNNQ_BEGIN_ASSEMBLY

/* What a segment adds to the band that rises in it, and to the one that falls; shift: its bins were shifted left by it. */
struct segment {
    uint32_t rising;
    uint32_t falling;
    int32_t shift;
};

/* A number that is not negative, without a sign; the mask changes nothing, and says so to Eva. */
static inline RNNQ_CODE uint32_t not_negative(int32_t a)
{
#ifdef __FRAMAC__
    return (uint32_t)(a & 0x7fffffff);
#else
    return (uint32_t)a;
#endif
}

/* A number that is not negative as it is; this says so to Eva, which follows intervals. */
static inline RNNQ_CODE int32_t natural(int32_t a)
{
#ifdef __FRAMAC__
    return rnnq_at_least(a, 0);
#else
    return a;
#endif
}

static inline RNNQ_CODE uint32_t aligned(uint32_t x, int32_t shift)
{
    return x >> rnnq_at_most(2 * shift, 31);
}

/* Sums of the powers of bins that are shifted left, and of their products with the weights. */
static inline RNNQ_CODE void sum_powers(const int32_t *z, const uint16_t *weights, int32_t bins, int32_t shift,
                              int32_t power_shift, uint32_t *sum, uint32_t *rising)
{
    const int32_t half = (int32_t)1 << (power_shift - 1);
    uint32_t powers = 0;
    uint32_t products = 0;

#if defined(RNNQ_ASSEMBLY) && defined(__ARM_ARCH_6M__) && !defined(__OPTIMIZE_SIZE__)
    /* gcc keeps a sum in memory; for size it has no high registers */
    const int32_t *end = z + 2 * bins;
    int32_t rounding = half;
    int32_t x;
    int32_t y;

    /* so that none of them is a constant, which gcc does not load into a high register */
    __asm("" : "+r"(end), "+r"(rounding), "+r"(powers));
    if (bins > 0) {
        __asm volatile(RNNQ_UNIFIED
                       "1:\n\t"
                       "ldr %[x], [%[z]]\n\t"
                       "ldr %[y], [%[z], #4]\n\t"
                       "adds %[z], %[z], #8\n\t"
                       "lsls %[x], %[x], %[shift]\n\t"
                       "lsls %[y], %[y], %[shift]\n\t"
                       "asrs %[x], %[x], #16\n\t"
                       "asrs %[y], %[y], #16\n\t"
                       "muls %[x], %[x], %[x]\n\t"
                       "muls %[y], %[y], %[y]\n\t"
                       "adds %[x], %[x], %[y]\n\t"
                       "add %[x], %[half]\n\t"
                       "lsrs %[x], %[x], %[power_shift]\n\t"
                       "add %[powers], %[x]\n\t"
                       "ldrh %[y], [%[weights]]\n\t"
                       "adds %[weights], %[weights], #2\n\t"
                       "muls %[x], %[y], %[x]\n\t"
                       "adds %[products], %[products], %[x]\n\t"
                       "cmp %[z], %[end]\n\t"
                       "bne 1b\n\t"
                       : [z] "+l"(z), [weights] "+l"(weights), [x] "=&l"(x), [y] "=&l"(y), [powers] "+h"(powers),
                         [products] "+l"(products)
                       : [shift] "l"(shift), [power_shift] "l"(power_shift), [half] "h"(rounding), [end] "h"(end)
                       : "cc", "memory");
    }
#else
    for (int32_t k = 0; k < bins; k++) {
        const int32_t re = rnnq_upper_half(z[2 * k], shift);
        const int32_t im = rnnq_upper_half(z[2 * k + 1], shift);
        const uint32_t square = not_negative(re * re + half) + not_negative(im * im);
        const uint32_t power = square >> power_shift;
        powers += power;
        products += power * weights[k];
    }
#endif
    *sum = powers;
    *rising = products;
}

/* A6 */
static inline RNNQ_CODE struct segment sum_segment(const int32_t *z, const uint16_t *weights, int32_t bins, int32_t power_shift,
                                         int32_t max_shift)
{
    struct segment segment;
    int32_t seen = 1;
    uint32_t sum;

    for (int32_t k = 0; k < bins; k++) {
        const int32_t re = z[2 * k];
        const int32_t im = z[2 * k + 1];
        seen |= (re ^ (re >> 31)) | (im ^ (im >> 31));
    }
    segment.shift = natural(rnnq_at_most(rnnq_leading_zeros(not_negative(seen)) - 1, max_shift));
    sum_powers(z, weights, bins, segment.shift, power_shift, &sum, &segment.rising);
    segment.falling = not_negative((int32_t)(sum << 12) - (int32_t)segment.rising);
    return segment;
}

/* A7, A8: log2, Q10, of a band that rises in one segment and falls in the next. */
static inline RNNQ_CODE int32_t log_of_band(const struct segment *before, const struct segment *here, const uint16_t *logarithms,
                                  int32_t max_shift, uint32_t floor)
{
    const int32_t later = rnnq_at_least(before->shift - here->shift, 0);
    const int32_t earlier = rnnq_at_least(here->shift - before->shift, 0);
    const int32_t least = natural(before->shift - later);
    const uint32_t total = aligned(before->rising, later) + aligned(here->falling, earlier)
                           + aligned(floor, natural(max_shift - least));

    return rnnq_logarithm_u32_c(total | 1u, logarithms) - 2048 * least;
}

RNNQ_SHARED
void rnnq_bands_s32_c(int32_t *values, const int32_t *z, const uint16_t *bins, const uint16_t *weights,
                      const uint16_t *logarithms, int32_t bands, int32_t power_shift, int32_t max_shift, uint32_t floor,
                      int32_t offset)
{
    const int32_t *bin = z;
    const uint16_t *weight = weights;
    struct segment before = {0, 0, 0};

    /* the first segment ends no band */
    for (int32_t s = 0; s <= bands; s++) {
        const struct segment here = sum_segment(bin, weight, bins[s], power_shift, max_shift);

        if (s > 0) {
            values[s - 1] = offset + log_of_band(&before, &here, logarithms, max_shift, floor);
        }
        before = here;
        bin += 2 * bins[s];
        weight += bins[s];
    }
}

RNNQ_END_ASSEMBLY
