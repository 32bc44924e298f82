#include "rnnq.h"

/* A nibble is 0, or a sign (8) and an exponent plus one (1 to 7). */
static RNNQ_CODE int32_t shifted(uint32_t nibble, int32_t x)
{
    const uint32_t place = nibble & 7u;
    int32_t product;

    if (place == 0u) {
        return 0;
    }
    product = x * (int32_t)(1u << (place - 1u)); /* a left shift; << of a negative number is undefined */
    return (nibble & 8u) != 0u ? -product : product;
}

RNNQ_SHARED
void rnnq_matvec_s16_pow2_c(int32_t *out, const int16_t *x, const uint8_t *w, int32_t rows, int32_t cols, int32_t add)
{
    const int32_t stride = (cols + 1) / 2;

    for (int32_t j = 0; j < rows; j++) {
        const uint8_t *const row = &w[j * stride];
        int32_t sum = 0;

        for (int32_t i = 0; i < cols; i++) {
            sum += shifted((uint32_t)(row[i / 2] >> (4 * (i % 2))) & 15u, x[i]);
        }
        out[j] = (add != 0 ? out[j] : 0) + sum;
    }
}
