#include "rnnq.h"

static int32_t bit(const uint8_t *w, int32_t i)
{
    return (int32_t)((uint32_t)(w[i / 8] >> (i % 8)) & 1u);
}

void rnnq_matvec_s8_b1_c(int32_t *out, const int8_t *x, const uint8_t *w, int32_t rows, int32_t cols, int32_t add)
{
    const int32_t stride = (cols + 7) / 8;
    int32_t all = 0;

    for (int32_t i = 0; i < cols; i++) {
        all += x[i];
    }
    for (int32_t j = 0; j < rows; j++) {
        const uint8_t *const row = &w[j * stride];
        int32_t positive = 0;

        for (int32_t i = 0; i < cols; i++) {
            positive += bit(row, i) * x[i];
        }
        out[j] = (add != 0 ? out[j] : 0) + 2 * positive - all;
    }
}
