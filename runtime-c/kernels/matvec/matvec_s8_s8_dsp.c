#include <arm_acle.h>

#include "rnnq.h"

static uint32_t rotated(uint32_t word)
{
    return (word >> 8) | (word << 24);
}

/* Inputs (0, 2), (1, 3) of every 4, in 16 bits each. */
static void widen(uint32_t *work, const int8_t *x, int32_t cols)
{
    for (int32_t i = 0; i < cols; i += 4) {
        uint32_t four = 0;

        for (int32_t k = 0; k < 4 && i + k < cols; k++) {
            four |= (uint32_t)(uint8_t)x[i + k] << (8 * k);
        }
        work[0] = (uint32_t)__sxtb16((int8x4_t)four);
        work[1] = (uint32_t)__sxtb16((int8x4_t)rotated(four));
        work += 2;
    }
}

static int32_t four_products(int32_t sum, uint32_t four, uint32_t even, uint32_t odd)
{
    sum = __smlad(__sxtb16((int8x4_t)four), (int16x2_t)even, sum);
    return __smlad(__sxtb16((int8x4_t)rotated(four)), (int16x2_t)odd, sum);
}

void rnnq_matvec_s8_s8_dsp(int32_t *out, const int8_t *x, const uint32_t *w, uint32_t *work, int32_t rows, int32_t cols,
                           int32_t add)
{
    const int32_t fours = (cols + 3) / 4;

    widen(work, x, cols);
    for (int32_t j = 0; j < rows; j += 4) {
        const uint32_t *p = work;
        const uint32_t *const end = &work[2 * fours];
        int32_t a = 0;
        int32_t b = 0;
        int32_t c = 0;
        int32_t d = 0;

        do {
            const uint32_t even = p[0];
            const uint32_t odd = p[1];

            a = four_products(a, w[0], even, odd);
            b = four_products(b, w[1], even, odd);
            c = four_products(c, w[2], even, odd);
            d = four_products(d, w[3], even, odd);
            p += 2;
            w += 4;
        } while (p != end);
        out[j] = (add != 0 ? out[j] : 0) + a;
        out[j + 1] = (add != 0 ? out[j + 1] : 0) + b;
        out[j + 2] = (add != 0 ? out[j + 2] : 0) + c;
        out[j + 3] = (add != 0 ? out[j + 3] : 0) + d;
    }
}
