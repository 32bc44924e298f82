#include "rnnq.h"

RNNQ_SHARED
int32_t rnnq_argmax_s16_c(const int16_t *y, int32_t length)
{
    int32_t best = 0;
    int16_t most = y[0];

    for (int32_t j = 1; j < length; j++) {
        const int32_t larger = y[j] > most;
        best = larger ? j : best;
        most = larger ? y[j] : most;
    }
    return best;
}
