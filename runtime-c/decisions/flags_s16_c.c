#include "rnnq.h"
#include "rnnq_fixed.h"

RNNQ_SHARED
uint32_t rnnq_flags_s16_c(int32_t *smoothed, uint16_t *wait, int32_t *margin, const int16_t *y, const int16_t *levels,
                          const uint16_t *thresholds, const uint16_t *refractory, int32_t outputs, int32_t smoothing)
{
    uint32_t found = 0;
    int32_t largest = 0;

    for (int32_t j = 0; j < outputs; j++) {
        const int32_t own = rnnq_at_least(y[j] - levels[j], 0);
        const int32_t before = rnnq_clamp(smoothed[j], 0, 0x1000000);
        const int32_t s = before + ((own * 256 - before) >> smoothing); /* D2 */
        const int32_t left = wait[j];
        const int32_t idle = (left - 1) >> 31; /* all bits, or none */
        const int32_t report = idle & ~((s - 256 * (int32_t)thresholds[j]) >> 31);

        smoothed[j] = s;
        wait[j] = (uint16_t)((((left - 1) & ~idle) | (refractory[j] & report)) & 0xffff);
        found |= (uint32_t)(report & 1) << j;
        largest = rnnq_at_least(own, largest);
    }
    *margin = largest;
    return found;
}
