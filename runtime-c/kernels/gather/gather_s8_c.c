#include "rnnq.h"

RNNQ_SHARED
void rnnq_gather_s8_c(int32_t *out, const int16_t *symbol, const int8_t *w, int32_t rows, int32_t cols,
                      int32_t fraction)
{
    const int32_t k = symbol[0];

    if (k < 0 || k >= cols) {
        for (int32_t j = 0; j < rows; j++) {
            out[j] = 0;
        }
        return;
    }
    for (int32_t j = 0; j < rows; j++) {
        out[j] = w[k * rows + j] * ((int32_t)1 << fraction);
    }
}
