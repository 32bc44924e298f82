#include "rnnq.h"

/* A nibble is 0, or a sign (8) and an exponent plus one (1 to 7). */
static RNNQ_CODE int32_t value(uint32_t nibble)
{
    static RNNQ_CONSTANTS const int8_t values[16] = { 0, 1, 2, 4, 8, 16, 32, 64, 0, -1, -2, -4, -8, -16, -32, -64 };

    return values[nibble & 15u];
}

/* A word holds the weights of 4 rows for 2 inputs. */
RNNQ_SHARED
void rnnq_matvec_s8_pow2_c(int32_t *out, const int8_t *x, const uint32_t *w, int32_t rows, int32_t cols, int32_t add)
{
    for (int32_t j = 0; j < rows; j += 4) {
        int32_t a = 0;
        int32_t b = 0;
        int32_t c = 0;
        int32_t d = 0;
        uint32_t word = 0;

        for (int32_t i = 0; i < cols; i++) {
            const int32_t v = x[i];

            word = i % 2 == 0 ? *w++ : word >> 16;
            a += value(word) * v;
            b += value(word >> 4) * v;
            c += value(word >> 8) * v;
            d += value(word >> 12) * v;
        }
        out[j] = (add != 0 ? out[j] : 0) + a;
        out[j + 1] = (add != 0 ? out[j + 1] : 0) + b;
        out[j + 2] = (add != 0 ? out[j + 2] : 0) + c;
        out[j + 3] = (add != 0 ? out[j + 3] : 0) + d;
    }
}
