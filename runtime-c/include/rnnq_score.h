/* What the scores of s8 and s16 codes have in common. */
#ifndef RNNQ_SCORE_H
#define RNNQ_SCORE_H

#include "rnnq_fixed.h"

/* N14: the square of what is left of the difference of two codes. */
RNNQ_INLINE int32_t rnnq_square_of_difference(int32_t x, int32_t x_left, int32_t p, int32_t p_left, int32_t shift)
{
    const int32_t d = rnnq_round_shift(x * ((int32_t)1 << x_left) - p * ((int32_t)1 << p_left), shift);

    return d * d;
}

/* N14: the score after a step whose squares have this sum. */
RNNQ_INLINE int32_t rnnq_next_score(int32_t score, int32_t sum, int32_t smoothing, int32_t ahead)
{
    const int32_t most = (int32_t)1 << 29;
    const int32_t before = rnnq_clamp(score, -ahead, most);
    const int32_t mean = rnnq_at_least(before, 0);
    const int32_t next = rnnq_clamp(mean + rnnq_round_shift(sum - mean, smoothing), 1, most);

    /* -ahead < before <= 0: no prediction of this input was made yet. The limit never acts; intervals see it (docs/proof.md). */
    return rnnq_if_negative(before - 1, rnnq_if_negative(-ahead - before, rnnq_at_least(before - 1, -ahead), next), next);
}

#endif
