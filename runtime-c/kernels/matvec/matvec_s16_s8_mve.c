#include "rnnq.h"
#include "rnnq_mve.h"

#if defined(__ARM_FEATURE_MVE)

#if defined(RNNQ_ASSEMBLY)

/* 4 rows at a time; of each 8 weights, those of the first row first. Loads widen them to 16 bits. */
#define LOOP(epilogue) \
    "1:\n\tmov %[p], %[x]\n\tmov r4, #0\n\tmov r6, #0\n\tmov r8, #0\n\tmov r10, #0\n\tdlstp.16 lr, %[cols]\n" \
    "2:\n\tvldrh.u16 q0, [%[p]], #16\n\tvldrb.s16 q1, [%[w]]\n\tvmladava.s16 r4, q1, q0\n\tvldrb.s16 q2, [%[w], #8]\n\t" \
    "vmladava.s16 r6, q2, q0\n\tvldrb.s16 q1, [%[w], #16]\n\tvmladava.s16 r8, q1, q0\n\tvldrb.s16 q2, [%[w], #24]\n\t" \
    "vmladava.s16 r10, q2, q0\n\tadd %[w], %[w], #32\n\tletp lr, 2b\n\t" epilogue \
    RNNQ_MVE_STORE_ROWS "bne 1b\n\t"

static RNNQ_CODE void multiply(int32_t *out, const int16_t *x, const int8_t *w, int32_t rows, int32_t cols, int32_t add)
{
    const int16_t *p;

    if (add == 0) {
        __asm volatile(LOOP("") RNNQ_MVE_OPERANDS);
    } else {
        __asm volatile(LOOP(RNNQ_MVE_ADD_ROWS) RNNQ_MVE_OPERANDS);
    }
}

#else

static RNNQ_CODE void multiply(int32_t *out, const int16_t *x, const int8_t *w, int32_t rows, int32_t cols, int32_t add)
{
    for (int32_t j = 0; j < rows; j += 4) {
        int32_t sums[4] = { 0, 0, 0, 0 };

        for (int32_t i = 0; i < cols; i += 8) {
            const int16x8_t v = vldrhq_z_s16(&x[i], vctp16q((uint32_t)(cols - i)));

            for (int32_t k = 0; k < 4; k++) {
                sums[k] = vmladavaq_s16(sums[k], vldrbq_s16(w), v);
                w += 8;
            }
        }
        rnnq_store_rows(&out[j], sums, add);
    }
}

#endif

RNNQ_SHARED
void rnnq_matvec_s16_s8_mve(int32_t *out, const int16_t *x, const int8_t *w, int32_t rows, int32_t cols, int32_t add)
{
    multiply(out, x, w, rows, cols, add);
}

#endif
