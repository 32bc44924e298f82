#include <arm_acle.h>

#include "rnnq.h"

#define MASK 0x000F000Fu

/* Inputs (0, 4), (1, 5), (2, 6), (3, 7) of every 8, in 16 bits each; gives the sum of all. */
static int32_t widen(uint32_t *work, const int8_t *x, int32_t cols)
{
    int32_t sum = 0;

    for (int32_t i = 0; i < cols; i += 8) {
        for (int32_t k = i; k < i + 4; k++) {
            const int32_t first = k < cols ? x[k] : 0;
            const int32_t second = k + 4 < cols ? x[k + 4] : 0;

            *work = (uint32_t)(uint16_t)first | ((uint32_t)(uint16_t)second << 16);
            work++;
            sum += first + second;
        }
    }
    return sum;
}

static int32_t eight_products(int32_t sum, uint32_t word, const uint32_t *x)
{
    sum = __smlad((int16x2_t)(word & MASK), (int16x2_t)x[0], sum);
    sum = __smlad((int16x2_t)((word >> 4) & MASK), (int16x2_t)x[1], sum);
    sum = __smlad((int16x2_t)((word >> 8) & MASK), (int16x2_t)x[2], sum);
    return __smlad((int16x2_t)((word >> 12) & MASK), (int16x2_t)x[3], sum);
}

/* A word holds 8 weights of a row, each plus 8; the 8 leaves with the sum of x. */
void rnnq_matvec_s8_s4_dsp(int32_t *out, const int8_t *x, const uint32_t *w, uint32_t *work, int32_t rows, int32_t cols,
                           int32_t add)
{
    const int32_t start = -8 * widen(work, x, cols);
    const int32_t eights = (cols + 7) / 8;

    for (int32_t j = 0; j < rows; j += 4) {
        const uint32_t *p = work;
        const uint32_t *const end = &work[4 * eights];
        int32_t a = start;
        int32_t b = start;
        int32_t c = start;
        int32_t d = start;

        do {
            a = eight_products(a, w[0], p);
            b = eight_products(b, w[1], p);
            c = eight_products(c, w[2], p);
            d = eight_products(d, w[3], p);
            p += 4;
            w += 4;
        } while (p != end);
        out[j] = (add != 0 ? out[j] : 0) + a;
        out[j + 1] = (add != 0 ? out[j + 1] : 0) + b;
        out[j + 2] = (add != 0 ? out[j + 2] : 0) + c;
        out[j + 3] = (add != 0 ? out[j + 3] : 0) + d;
    }
}
