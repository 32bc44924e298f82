#include "rnnq.h"
#include "rnnq_matrix.h"

RNNQ_SHARED
void rnnq_gather_s8_c(int32_t *out, const int16_t *symbol, const int8_t *w, int32_t rows, int32_t cols,
                      int32_t fraction)
{
    const struct rnnq_column one = rnnq_column_of(symbol[0], cols, fraction);
    const int8_t *const column = &w[one.k * rows];

    for (int32_t j = 0; j < rows; j++) {
        out[j] = column[j] * one.scale;
    }
}
