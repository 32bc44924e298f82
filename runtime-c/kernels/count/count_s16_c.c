#include "rnnq.h"
#include "rnnq_fixed.h"

RNNQ_SHARED
void rnnq_count_s16_c(int16_t *count, int32_t length)
{
    const int32_t next = count[0] + 1;

    /* the clamp never acts: it lets a range analysis see what the choice does, in the same instructions for all counts */
    count[0] = (int16_t)rnnq_clamp(rnnq_if_negative(next - length, next, 0), -32768, length - 1);
}
