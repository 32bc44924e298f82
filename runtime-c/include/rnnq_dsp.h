/* What kernels for the DSP extension (Cortex-M4, M7, M33) have in common: inputs as words of two 16-bit numbers, and what their
 * loops do at the end of 4 rows. */
#ifndef RNNQ_DSP_H
#define RNNQ_DSP_H

#include "rnnq.h"
#include "rnnq_matrix.h"

#if defined(__ARM_FEATURE_DSP)

#include <arm_acle.h>

/* A word at any address: these cores load words from any. */
struct rnnq_word {
    uint32_t bits;
} __attribute__((packed, may_alias));

RNNQ_INLINE uint32_t rnnq_load_word(const void *address)
{
    return ((const struct rnnq_word *)address)->bits;
}

RNNQ_INLINE uint32_t rnnq_rotate_right(uint32_t word, uint32_t by)
{
    return by == 0u ? word : (word >> by) | (word << (32u - by));
}

/* The bytes 0, 2 and 1, 3 of every 4 inputs, in 16 bits each, with zeros from x[cols] up to x[padded]; gives their sum. */
RNNQ_INLINE int32_t rnnq_widen(uint32_t *work, const int8_t *x, int32_t cols, int32_t padded)
{
    const int16x2_t ones = 0x00010001;
    int32_t sum = 0;

    for (int32_t i = 0; i < padded; i += 4) {
        uint32_t four = 0;

        if (i + 4 <= cols) {
            four = rnnq_load_word(&x[i]);
        } else {
            for (int32_t k = 0; i + k < cols; k++) {
                four |= (uint32_t)(uint8_t)x[i + k] << (8 * k);
            }
        }
        work[0] = (uint32_t)__sxtb16((int8x4_t)four);
        work[1] = (uint32_t)__sxtb16((int8x4_t)rnnq_rotate_right(four, 8u));
        sum = __smlad((int16x2_t)work[1], ones, __smlad((int16x2_t)work[0], ones, sum));
        work += 2;
    }
    return sum;
}

/* In assembly r2 to r5 are the sums of 4 rows, r12 is the output: adds what is there, or stores them and goes on to the next 4 rows. */
#define RNNQ_ADD_ROWS "ldm r12, {r6-r9}\n\tadd r2, r2, r6\n\tadd r3, r3, r7\n\tadd r4, r4, r8\n\tadd r5, r5, r9\n\t"
#define RNNQ_STORE_ROWS "stmia r12!, {r2-r5}\n\tldr r10, %[last]\n\tstr r12, %[out]\n\tcmp r12, r10\n\tbne 1b\n\t"

#endif

#endif
