#include "rnnq.h"
#include "rnnq_fixed.h"

void rnnq_hard_s32_c(int16_t *out, const int32_t *a, int32_t length, int32_t left, int32_t offset, int32_t limit,
                     int32_t low, int32_t high)
{
    for (int32_t j = 0; j < length; j++) {
        const int32_t line = rnnq_clamp(a[j], -limit, limit) * ((int32_t)1 << left) + offset;

        out[j] = (int16_t)rnnq_clamp(line, low, high);
    }
}
