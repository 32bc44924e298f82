#include "rnnq.h"

/* A word holds the weights of 4 rows for one input, each plus 128: one load for 4 products. The 128 leaves with the sum of x. */
void rnnq_matvec_s8_q8_c(int32_t *out, const int8_t *x, const uint32_t *w, int32_t rows, int32_t cols, int32_t add)
{
    int32_t all = 0;

    for (int32_t i = 0; i < cols; i++) {
        all += x[i];
    }
    for (int32_t j = 0; j < rows; j += 4) {
        int32_t a = -128 * all;
        int32_t b = a;
        int32_t c = a;
        int32_t d = a;

        for (int32_t i = 0; i < cols; i++) {
            const uint32_t four = w[i];
            const int32_t v = x[i];

            a += (int32_t)(four & 255u) * v;
            b += (int32_t)((four >> 8) & 255u) * v;
            c += (int32_t)((four >> 16) & 255u) * v;
            d += (int32_t)(four >> 24) * v;
        }
        w += cols;
        out[j] = (add != 0 ? out[j] : 0) + a;
        out[j + 1] = (add != 0 ? out[j + 1] : 0) + b;
        out[j + 2] = (add != 0 ? out[j + 2] : 0) + c;
        out[j + 3] = (add != 0 ? out[j + 3] : 0) + d;
    }
}
