#include "rnnq.h"
#include "rnnq_fixed.h"

RNNQ_SHARED
void rnnq_resume_s32_c(int32_t *out, const int32_t *a, const int16_t *count, int32_t length, int32_t initial,
                       int32_t limit)
{
    /* limits where a sequence goes on, and where it begins: the same instructions in both */
    const int32_t low = rnnq_if_negative(-count[0], -limit, initial);
    const int32_t high = rnnq_if_negative(-count[0], limit, initial);

    for (int32_t j = 0; j < length; j++)
        out[j] = rnnq_clamp(a[j], low, high);
}
