#include "rnnq.h"
#include "rnnq_fixed.h"

RNNQ_SHARED
void rnnq_score_s16_c(int32_t *score, const int16_t *x, const int16_t *p, int32_t length, int32_t x_left,
                      int32_t p_left, int32_t shift, int32_t smoothing, int32_t ahead)
{
    const int32_t most = (int32_t)1 << 29;
    const int32_t before = rnnq_clamp(*score, -ahead, most);
    const int32_t mean = rnnq_at_least(before, 0);
    int32_t sum = 0;
    int32_t next;

    for (int32_t j = 0; j < length; j++) {
        const int32_t d = rnnq_round_shift(x[j] * ((int32_t)1 << x_left) - p[j] * ((int32_t)1 << p_left), shift);
        sum += d * d;
    }
    next = rnnq_clamp(mean + rnnq_round_shift(sum - mean, smoothing), 1, most);
    /* -ahead < before <= 0: no prediction of this input was made yet. The limit never acts; intervals see it (docs/proof.md). */
    *score = rnnq_if_negative(before - 1, rnnq_if_negative(-ahead - before, rnnq_at_least(before - 1, -ahead), next), next);
}
