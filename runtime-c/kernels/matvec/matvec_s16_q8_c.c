#include "rnnq.h"

/* As rnnq_matvec_s8_q8_c; but sums with the 128 may need more than 32 bits, so all wraps until the 128 leaves with the sum
 * of x. */
void rnnq_matvec_s16_q8_c(int32_t *out, const int16_t *x, const uint32_t *w, int32_t rows, int32_t cols, int32_t add)
{
    int32_t all = 0; /* |all| < 2^31: a matrix has at most 65535 columns */

    for (int32_t i = 0; i < cols; i++) {
        all += x[i];
    }
    for (int32_t j = 0; j < rows; j += 4) {
        uint32_t a = 0u - 128u * (uint32_t)all;
        uint32_t b = a;
        uint32_t c = a;
        uint32_t d = a;

        for (int32_t i = 0; i < cols; i++) {
            const uint32_t four = w[i];
            const uint32_t v = (uint32_t)x[i];

            a += (four & 255u) * v;
            b += ((four >> 8) & 255u) * v;
            c += ((four >> 16) & 255u) * v;
            d += (four >> 24) * v;
        }
        w += cols;
        out[j] = (add != 0 ? out[j] : 0) + (int32_t)a;
        out[j + 1] = (add != 0 ? out[j + 1] : 0) + (int32_t)b;
        out[j + 2] = (add != 0 ? out[j + 2] : 0) + (int32_t)c;
        out[j + 3] = (add != 0 ? out[j + 3] : 0) + (int32_t)d;
    }
}
