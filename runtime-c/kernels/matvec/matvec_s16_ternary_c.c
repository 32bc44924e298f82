#include "rnnq.h"
#include "rnnq_matrix.h"

static RNNQ_CODE int32_t row_sum(const int16_t *x, const uint8_t *w, int32_t cols)
{
    const int32_t whole = cols / 4;
    const int32_t rest = cols - 4 * whole;
    int32_t sum = 0;

    for (int32_t i = 0; i < whole; i++) {
        const uint8_t byte = w[i];
        const int16_t *const four = &x[4 * i];
        sum += rnnq_weight_ternary(byte, 0) * four[0];
        sum += rnnq_weight_ternary(byte, 1) * four[1];
        sum += rnnq_weight_ternary(byte, 2) * four[2];
        sum += rnnq_weight_ternary(byte, 3) * four[3];
    }
    for (int32_t i = 0; i < rest; i++) {
        sum += rnnq_weight_ternary(w[whole], i) * x[4 * whole + i];
    }
    return sum;
}

RNNQ_SHARED
void rnnq_matvec_s16_ternary_c(int32_t *out, const int16_t *x, const uint8_t *w, int32_t rows, int32_t cols, int32_t add)
{
    const int32_t stride = (cols + 3) / 4;

    for (int32_t j = 0; j < rows; j++) {
        out[j] = (add != 0 ? out[j] : 0) + row_sum(x, &w[j * stride], cols);
    }
}
