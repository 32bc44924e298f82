#include <arm_mve.h>

#include "rnnq.h"

/* A byte holds the weights of 4 rows for one input as a number of balanced base-4 digits, t0 + 4 t1 + 16 t2 + 64 t3. Shifted
 * left by 2 k, the upper digits leave the byte, so S_k = sum (W << 2 k) x holds rows 0 to 3 - k, and
 * 64 y_(3-k) = S_k - S_(k+1) / 4 exactly. */
#if defined(RNNQ_ASSEMBLY)

#define STORE \
    "sub r10, r10, r8, asr #2\n\tsub r8, r8, r6, asr #2\n\tsub r6, r6, r4, asr #2\n\t" \
    "asr r10, r10, #6\n\tasr r8, r8, #6\n\tasr r6, r6, #6\n\tasr r4, r4, #6\n\t"
#define LOOP(epilogue) \
    "1:\n\tvldrb.u8 q1, [%[w]], #16\n\tmov %[p], %[x]\n\tmov r4, #0\n\tmov r6, #0\n\tmov r8, #0\n\tmov r10, #0\n\t" \
    "dlstp.8 lr, %[cols]\n" \
    "2:\n\tvldrb.u8 q0, [%[p]], #16\n\tvmladava.s8 r10, q1, q0\n\tvshl.i8 q2, q1, #2\n\tvmladava.s8 r8, q2, q0\n\t" \
    "vshl.i8 q2, q2, #2\n\tvmladava.s8 r6, q2, q0\n\tvshl.i8 q2, q2, #2\n\tvmladava.s8 r4, q2, q0\n\t" \
    "vldrb.u8 q1, [%[w]], #16\n\tletp lr, 2b\n\t" \
    "sub %[w], %[w], #16\n\t" STORE epilogue "stmia %[out]!, {r4, r6, r8, r10}\n\tcmp %[out], %[end]\n\tbne 1b\n\t"
#define OPERANDS \
    : [out] "+r"(out), [w] "+r"(w), [p] "=&r"(p) \
    : [x] "r"(x), [cols] "r"(cols), [end] "r"(&out[rows]) \
    : "r4", "r6", "r8", "r10", "r12", "lr", "q0", "q1", "q2", "cc", "memory"

static void multiply(int32_t *out, const int8_t *x, const int8_t *w, int32_t rows, int32_t cols, int32_t add)
{
    const int8_t *p;

    if (add == 0) {
        __asm volatile(LOOP("") OPERANDS);
    } else {
        __asm volatile(LOOP("ldr r12, [%[out]]\n\tadd r4, r4, r12\n\tldr r12, [%[out], #4]\n\tadd r6, r6, r12\n\t"
                            "ldr r12, [%[out], #8]\n\tadd r8, r8, r12\n\tldr r12, [%[out], #12]\n\tadd r10, r10, r12\n\t")
                       OPERANDS);
    }
}

#else

static void multiply(int32_t *out, const int8_t *x, const int8_t *w, int32_t rows, int32_t cols, int32_t add)
{
    for (int32_t j = 0; j < rows; j += 4) {
        int32_t *const y = &out[j];
        int32_t s[4] = { 0, 0, 0, 0 };

        for (int32_t i = 0; i < cols; i += 16) {
            const int8x16_t v = vldrbq_z_s8(&x[i], vctp8q((uint32_t)(cols - i)));
            int8x16_t u = vldrbq_s8(w);

            for (int32_t k = 0; k < 4; k++) {
                s[k] = vmladavaq_s8(s[k], u, v);
                u = vshlq_n_s8(u, 2);
            }
            w += 16;
        }
        for (int32_t k = 0; k < 4; k++) {
            y[3 - k] = (add != 0 ? y[3 - k] : 0) + ((s[k] - (k < 3 ? s[k + 1] >> 2 : 0)) >> 6);
        }
    }
}

#endif

void rnnq_matvec_s8_t4r_mve(int32_t *out, const int8_t *x, const int8_t *w, int32_t rows, int32_t cols, int32_t add)
{
    multiply(out, x, w, rows, cols, add);
}
