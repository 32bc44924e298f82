#include "rnnq.h"

void rnnq_gather_s8_c(int32_t *out, const int16_t *symbol, const int8_t *w, int32_t rows, int32_t cols,
                      int32_t fraction)
{
    const int32_t k = symbol[0];
    const int32_t known = k >= 0 && k < cols;
    const int8_t *const column = &w[(known ? k : 0) * rows];
    const int32_t one = known ? (int32_t)1 << fraction : 0;

    for (int32_t j = 0; j < rows; j++) {
        out[j] = column[j] * one;
    }
}
