#include "rnnq.h"
#include "rnnq_fixed.h"

RNNQ_SHARED
int32_t rnnq_margin_s16_c(int32_t *smoothed, int32_t *margin, const int16_t *y, int32_t classes, int32_t background,
                          int32_t smoothing, int32_t threshold)
{
    int32_t first = 0;
    int32_t largest = y[0];
    int32_t second = -32768;
    int32_t found = -1;
    int32_t most = threshold - 1;

    /* D1 */
    for (int32_t c = 1; c < classes; c++) {
        const int32_t rest = largest - y[c];
        second = rnnq_if_negative(rest, largest, rnnq_at_least(second, y[c]));
        first = rnnq_if_negative(rest, c, first);
        largest = rnnq_if_negative(rest, y[c], largest);
    }
    *margin = largest - second;
    for (int32_t c = 0; c < classes; c++) {
        /* D2: differences are negative where two indices are equal */
        const int32_t own = rnnq_if_negative((c ^ first) - 1, *margin, 0);
        const int32_t before = rnnq_clamp(smoothed[c], 0, 0x1000000);
        const int32_t s = before + ((own * 256 - before) >> smoothing);
        /* D3 */
        const int32_t rest = rnnq_if_negative((c ^ background) - 1, 0, most - s);
        smoothed[c] = s;
        found = rnnq_if_negative(rest, c, found);
        most = rnnq_if_negative(rest, s, most);
    }
    return found;
}
