#include "rnnq.h"

/* x for a bit 1, -x for a bit 0: unlike in matvec_s8_b1_c, twice the sum of x might not fit. */
static RNNQ_CODE int32_t signed_by(const uint8_t *w, int32_t i, int32_t x)
{
    const int32_t mask = (int32_t)((uint32_t)(w[i / 8] >> (i % 8)) & 1u) - 1;

    return (x ^ mask) - mask;
}

RNNQ_SHARED
void rnnq_matvec_s16_binary_c(int32_t *out, const int16_t *x, const uint8_t *w, int32_t rows, int32_t cols, int32_t add)
{
    const int32_t stride = (cols + 7) / 8;

    for (int32_t j = 0; j < rows; j++) {
        int32_t sum = 0;

        for (int32_t i = 0; i < cols; i++) {
            sum += signed_by(&w[j * stride], i, x[i]);
        }
        out[j] = (add != 0 ? out[j] : 0) + sum;
    }
}
