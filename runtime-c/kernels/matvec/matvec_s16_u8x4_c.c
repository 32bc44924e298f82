#include "rnnq.h"

/* As rnnq_matvec_s8_u8x4_c, a product after the other: two products of 16-bit inputs do not fit one register. */
RNNQ_SHARED
void rnnq_matvec_s16_u8x4_c(int32_t *out, const int16_t *x, const uint32_t *w, int32_t rows, int32_t cols, int32_t add)
{
    for (int32_t j = 0; j < rows; j += 4) {
        int32_t a = 0;
        int32_t b = 0;
        int32_t c = 0;
        int32_t d = 0;

        for (int32_t i = 0; i < cols; i++) {
            const uint32_t four = w[i];
            const int32_t v = x[i];

            a += ((int32_t)(four & 255u) - 128) * v;
            b += ((int32_t)((four >> 8) & 255u) - 128) * v;
            c += ((int32_t)((four >> 16) & 255u) - 128) * v;
            d += ((int32_t)(four >> 24) - 128) * v;
        }
        w += cols;
        out[j] = (add != 0 ? out[j] : 0) + a;
        out[j + 1] = (add != 0 ? out[j + 1] : 0) + b;
        out[j + 2] = (add != 0 ? out[j + 2] : 0) + c;
        out[j + 3] = (add != 0 ? out[j + 3] : 0) + d;
    }
}
