#include "rnnq.h"
#include "rnnq_score.h"

RNNQ_SHARED
void rnnq_score_s8_c(int32_t *score, const int8_t *x, const int16_t *p, int32_t length, int32_t x_left,
                      int32_t p_left, int32_t shift, int32_t smoothing, int32_t ahead)
{
    int32_t sum = 0;

    for (int32_t j = 0; j < length; j++) {
        sum += rnnq_square_of_difference(x[j], x_left, p[j], p_left, shift);
    }
    *score = rnnq_next_score(*score, sum, smoothing, ahead);
}
