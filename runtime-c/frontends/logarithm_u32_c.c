#include "rnnq.h"
#include "rnnq_fixed.h"

RNNQ_SHARED
int32_t rnnq_logarithm_u32_c(uint32_t a, const uint16_t *logarithms)
{
    const int32_t place = 31 - rnnq_at_most(rnnq_leading_zeros(a), 31);
    /* the 15 bits below the highest one */
    const int32_t above = (int32_t)((a >> rnnq_at_least(place - 15, 0)) & 0x7fffu);
    const int32_t below = (int32_t)((a & 0x7fffu) << rnnq_at_least(15 - place, 0)) & 0x7fff;
    const int32_t bits = rnnq_if_negative(place - 15, below, above);
    const uint16_t *const piece = &logarithms[(bits >> 10) & 31];

    return (place - 31) * 1024 + piece[0] + (((piece[1] - piece[0]) * (bits & 1023) + 512) >> 10);
}
