#include "rnnq.h"

RNNQ_SHARED
int32_t rnnq_wait_s16_c(int16_t *count, int32_t first, int32_t stride)
{
    const int32_t next = count[0] + 1;

    if (next < first) {
        count[0] = (int16_t)next;
        return 1;
    }
    count[0] = (int16_t)(first - stride);
    return 0;
}
