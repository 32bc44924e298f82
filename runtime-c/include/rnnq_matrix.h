/* What kernels of matrices have in common: weights of less than a byte, the column of a one-hot input, and the sums of 4 rows. */
#ifndef RNNQ_MATRIX_H
#define RNNQ_MATRIX_H

#include "rnnq_fixed.h"

/* Weight i of 4 bits, two to a byte, the first in the lower half. */
RNNQ_INLINE int32_t rnnq_weight_s4(const uint8_t *w, int32_t i)
{
    return (int32_t)(((uint32_t)(w[i / 2] >> (4 * (i % 2))) & 15u) ^ 8u) - 8;
}

/* The ternary weight at a place, 0 to 3, of a byte: 0, 1, and 3 for -1. */
RNNQ_INLINE int32_t rnnq_weight_ternary(uint8_t byte, int32_t place)
{
    return (int32_t)(((uint32_t)(byte >> (2 * place)) & 3u) ^ 2u) - 2;
}

/* A column of a matrix, and what its weights are multiplied by. */
struct rnnq_column {
    int32_t k;
    int32_t scale;
};

/* N9. A symbol outside the alphabet takes the same time: a column that is read, times 0. */
RNNQ_INLINE struct rnnq_column rnnq_column_of(int32_t symbol, int32_t cols, int32_t fraction)
{
    struct rnnq_column column;

    column.k = rnnq_clamp_near(symbol, 0, cols - 1);
    column.scale = (column.k == symbol) * ((int32_t)1 << fraction);
    return column;
}

/* The sums of 4 rows overwrite the output, or are added to it. */
RNNQ_INLINE void rnnq_store_rows(int32_t *out, const int32_t *sums, int32_t add)
{
    for (int32_t k = 0; k < 4; k++) {
        out[k] = (add != 0 ? out[k] : 0) + sums[k];
    }
}

#endif
