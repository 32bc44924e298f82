#include "rnnq.h"
#include "rnnq_fixed.h"

RNNQ_SHARED
int32_t rnnq_argmax_s16_c(const int16_t *y, int32_t length)
{
    int32_t best = 0;
    int32_t most = y[0];

    for (int32_t j = 1; j < length; j++) {
        const int32_t rest = most - y[j];
        best = rnnq_if_negative(rest, j, best);
        most = rnnq_if_negative(rest, y[j], most);
    }
    return best;
}
