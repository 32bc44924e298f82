#include "rnnq.h"
#include "rnnq_mve.h"

#if defined(__ARM_FEATURE_MVE)

#if defined(RNNQ_ASSEMBLY)

/* 4 rows at a time; of each 16 weights, those of the first row first. */
#define LOOP(start) \
    "1:\n\tmov %[p], %[x]\n\t" start "dlstp.8 lr, %[cols]\n" \
    "2:\n\tvldrb.u8 q0, [%[p]], #16\n\tvldrb.u8 q1, [%[w]], #16\n\tvmladava.s8 r4, q1, q0\n\t" \
    "vldrb.u8 q2, [%[w]], #16\n\tvmladava.s8 r6, q2, q0\n\tvldrb.u8 q1, [%[w]], #16\n\tvmladava.s8 r8, q1, q0\n\t" \
    "vldrb.u8 q2, [%[w]], #16\n\tvmladava.s8 r10, q2, q0\n\tletp lr, 2b\n\t" \
    RNNQ_MVE_STORE_ROWS "bne 1b\n\t"

static RNNQ_CODE void multiply(int32_t *out, const int8_t *x, const int8_t *w, int32_t rows, int32_t cols, int32_t add)
{
    const int8_t *p;

    if (add == 0) {
        __asm volatile(LOOP("mov r4, #0\n\tmov r6, #0\n\tmov r8, #0\n\tmov r10, #0\n\t") RNNQ_MVE_OPERANDS);
    } else {
        __asm volatile(LOOP("ldm %[out], {r4, r6, r8, r10}\n\t") RNNQ_MVE_OPERANDS);
    }
}

#else

static RNNQ_CODE void multiply(int32_t *out, const int8_t *x, const int8_t *w, int32_t rows, int32_t cols, int32_t add)
{
    for (int32_t j = 0; j < rows; j += 4) {
        int32_t sums[4] = { 0, 0, 0, 0 };

        for (int32_t i = 0; i < cols; i += 16) {
            const int8x16_t v = vldrbq_z_s8(&x[i], vctp8q((uint32_t)(cols - i)));

            for (int32_t k = 0; k < 4; k++) {
                sums[k] = vmladavaq_s8(sums[k], vldrbq_s8(w), v);
                w += 16;
            }
        }
        rnnq_store_rows(&out[j], sums, add);
    }
}

#endif

RNNQ_SHARED
void rnnq_matvec_s8_s8_mve(int32_t *out, const int8_t *x, const int8_t *w, int32_t rows, int32_t cols, int32_t add)
{
    multiply(out, x, w, rows, cols, add);
}

#endif
