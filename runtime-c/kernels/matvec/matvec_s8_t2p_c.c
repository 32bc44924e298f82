#include "rnnq.h"

static int32_t weight(const uint8_t *w, int32_t i)
{
    return (int32_t)(((uint32_t)(w[i / 4] >> (2 * (i % 4))) & 3u) ^ 2u) - 2;
}

static int32_t row_sum(const int8_t *x, const uint8_t *w, int32_t cols)
{
    int32_t sum = 0;

    for (int32_t i = 0; i < cols; i++) {
        sum += weight(w, i) * x[i];
    }
    return sum;
}

void rnnq_matvec_s8_t2p_c(int32_t *out, const int8_t *x, const uint8_t *w, int32_t rows, int32_t cols, int32_t planes)
{
    const int32_t stride = (cols + 3) / 4;

    for (int32_t j = 0; j < rows; j++) {
        int32_t sum = 0;

        for (int32_t p = planes - 1; p >= 0; p--) {
            sum = 2 * sum + row_sum(x, &w[(j * planes + p) * stride], cols);
        }
        out[j] = sum;
    }
}
