#include "rnnq.h"
#include "rnnq_matrix.h"

RNNQ_SHARED
void rnnq_matvec_s16_s4_c(int32_t *out, const int16_t *x, const uint8_t *w, int32_t rows, int32_t cols, int32_t add)
{
    const int32_t stride = (cols + 1) / 2;

    for (int32_t j = 0; j < rows; j++) {
        const uint8_t *const row = &w[j * stride];
        int32_t sum = 0;

        for (int32_t i = 0; i < cols; i++) {
            sum += rnnq_weight_s4(row, i) * x[i];
        }
        out[j] = (add != 0 ? out[j] : 0) + sum;
    }
}
