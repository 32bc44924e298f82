#include "rnnq.h"

int32_t rnnq_argmax_s16_c(const int16_t *y, int32_t length)
{
    int32_t best = 0;
    int32_t most = y[0];

    for (int32_t j = 1; j < length; j++) {
        const int32_t larger = (most - y[j]) >> 31; /* -1 where it is: no branch, which a comparison may become */
        best += (j - best) & larger;
        most += (y[j] - most) & larger;
    }
    return best;
}
