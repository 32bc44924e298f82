#include "rnnq.h"
#include "rnnq_fixed.h"

static RNNQ_CODE int32_t weight(const uint8_t *w, int32_t i)
{
    return (int32_t)(((uint32_t)(w[i / 4] >> (2 * (i % 4))) & 3u) ^ 2u) - 2;
}

RNNQ_SHARED
void rnnq_gather_ternary_c(int32_t *out, const int16_t *symbol, const uint8_t *w, int32_t rows, int32_t cols,
                      int32_t fraction)
{
    /* a symbol outside the alphabet takes the same time: a column that is read, times 0 */
    const int32_t k = rnnq_clamp_near(symbol[0], 0, cols - 1);
    const int32_t scale = (k == symbol[0]) * ((int32_t)1 << fraction);
    const uint8_t *const column = &w[k * ((rows + 3) / 4)];

    for (int32_t j = 0; j < rows; j++) {
        out[j] = weight(column, j) * scale;
    }
}
