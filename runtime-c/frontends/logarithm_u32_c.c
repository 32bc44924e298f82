#include "rnnq.h"
#include "rnnq_fixed.h"

/* The 15 bits below the highest one, which has `zeros` above it. */
static inline RNNQ_CODE int32_t mantissa(uint32_t a, int32_t zeros)
{
#ifdef __FRAMAC__
    /* the same without a bit that leaves the word, which Eva would report */
    const int32_t above = (int32_t)((a >> rnnq_at_least(16 - zeros, 0)) & 0x7fffu);
    const int32_t below = (int32_t)((a & 0x7fffu) << rnnq_at_least(zeros - 16, 0)) & 0x7fff;

    return rnnq_if_negative(16 - zeros, below, above);
#else
    return (int32_t)((a << zeros) >> 16) & 0x7fff;
#endif
}

RNNQ_SHARED
int32_t rnnq_logarithm_u32_c(uint32_t a, const uint16_t *logarithms)
{
    const int32_t zeros = rnnq_at_most(rnnq_leading_zeros(a), 31);
    const int32_t bits = mantissa(a, zeros);
    const uint16_t *const piece = &logarithms[bits >> 10];

    return piece[0] - 1024 * zeros + (((piece[1] - piece[0]) * (bits & 1023) + 512) >> 10);
}
