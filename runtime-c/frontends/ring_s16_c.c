#include "rnnq.h"

RNNQ_SHARED
int32_t rnnq_ring_s16_c(int16_t *ring, int32_t at, const int16_t *x, int32_t from, int32_t to, int32_t size)
{
    int32_t place = at & (size - 1);

    for (int32_t i = from; i < to; i++) {
        ring[place] = x[i];
        place = (place + 1) & (size - 1);
    }
    return place;
}
