#include "rnnq.h"
#include "rnnq_mve.h"

#if defined(__ARM_FEATURE_MVE)

/* A byte holds the weights of 4 rows for one input as a number of balanced base-4 digits, W = t0 + 4 t1 + 16 t2 + 64 t3. The
 * nearest integer of W / 4 is t1 + 4 t2 + 16 t3, since |t0 / 4| < 1/2, and so on. So with S_k = sum round(W / 4^k) x the sum of
 * row k is y_k = S_k - 4 S_(k+1), and nothing is masked. */
#if defined(RNNQ_ASSEMBLY)

#define ROWS4(loop, epilogue) \
    "vldrb.u8 q1, [%[w]], #16\n\tmov %[p], %[x]\n\tmov r4, #0\n\tmov r6, #0\n\tmov r8, #0\n\tmov r10, #0\n\t" \
    "dlstp.8 lr, %[cols]\n" \
    loop ":\n\tvldrb.u8 q0, [%[p]], #16\n\tvmladava.s8 r4, q1, q0\n\tvrshr.s8 q2, q1, #2\n\tvmladava.s8 r6, q2, q0\n\t" \
    "vrshr.s8 q2, q2, #2\n\tvmladava.s8 r8, q2, q0\n\tvrshr.s8 q2, q2, #2\n\tvmladava.s8 r10, q2, q0\n\t" \
    "vldrb.u8 q1, [%[w]], #16\n\tletp lr, " loop "b\n\tsub %[w], %[w], #16\n\t" \
    "sub r4, r4, r6, lsl #2\n\tsub r6, r6, r8, lsl #2\n\tsub r8, r8, r10, lsl #2\n\t" \
    epilogue RNNQ_MVE_STORE_ROWS
#define LOOP(epilogue) "1:\n\t" ROWS4("2", epilogue) "beq 4f\n\t" ROWS4("3", epilogue) "bne 1b\n4:\n\t"

static RNNQ_CODE void multiply(int32_t *out, const int8_t *x, const int8_t *w, int32_t rows, int32_t cols, int32_t add)
{
    const int8_t *p;

    if (add == 0) {
        __asm volatile(LOOP("") RNNQ_MVE_OPERANDS);
    } else {
        __asm volatile(LOOP(RNNQ_MVE_ADD_ROWS) RNNQ_MVE_OPERANDS);
    }
}

#else

static RNNQ_CODE void multiply(int32_t *out, const int8_t *x, const int8_t *w, int32_t rows, int32_t cols, int32_t add)
{
    for (int32_t j = 0; j < rows; j += 4) {
        int32_t *const y = &out[j];
        int32_t s[4] = { 0, 0, 0, 0 };

        for (int32_t i = 0; i < cols; i += 16) {
            const int8x16_t v = vldrbq_z_s8(&x[i], vctp8q((uint32_t)(cols - i)));
            int8x16_t u = vldrbq_s8(w);

            for (int32_t k = 0; k < 4; k++) {
                s[k] = vmladavaq_s8(s[k], u, v);
                u = vrshrq_n_s8(u, 2);
            }
            w += 16;
        }
        for (int32_t k = 0; k < 4; k++) {
            y[k] = (add != 0 ? y[k] : 0) + s[k] - (k < 3 ? 4 * s[k + 1] : 0);
        }
    }
}

#endif

RNNQ_SHARED
void rnnq_matvec_s8_ternary_base4_mve(int32_t *out, const int8_t *x, const int8_t *w, int32_t rows, int32_t cols, int32_t add)
{
    multiply(out, x, w, rows, cols, add);
}

#endif
