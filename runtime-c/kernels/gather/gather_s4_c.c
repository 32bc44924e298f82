#include "rnnq.h"

static int32_t weight(const uint8_t *w, int32_t i)
{
    return (int32_t)(((uint32_t)(w[i / 2] >> (4 * (i % 2))) & 15u) ^ 8u) - 8;
}

RNNQ_SHARED
void rnnq_gather_s4_c(int32_t *out, const int16_t *symbol, const uint8_t *w, int32_t rows, int32_t cols,
                      int32_t fraction)
{
    const int32_t stride = (rows + 1) / 2;
    const int32_t k = symbol[0];

    if (k < 0 || k >= cols) {
        for (int32_t j = 0; j < rows; j++) {
            out[j] = 0;
        }
        return;
    }
    for (int32_t j = 0; j < rows; j++) {
        out[j] = weight(&w[k * stride], j) * ((int32_t)1 << fraction);
    }
}
