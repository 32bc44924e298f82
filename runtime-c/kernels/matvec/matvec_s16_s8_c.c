#include "rnnq.h"

static RNNQ_CODE int32_t row_sum(const int16_t *x, const int8_t *w, int32_t cols)
{
    int32_t sum = 0;

    for (int32_t i = 0; i < cols; i++) {
        sum += (int32_t)w[i] * x[i];
    }
    return sum;
}

RNNQ_SHARED
void rnnq_matvec_s16_s8_c(int32_t *out, const int16_t *x, const int8_t *w, int32_t rows, int32_t cols, int32_t add)
{
    for (int32_t j = 0; j < rows; j++) {
        out[j] = (add != 0 ? out[j] : 0) + row_sum(x, &w[j * cols], cols);
    }
}
