#include "rnnq.h"

#if defined(__ARM_FEATURE_DSP)

#include <arm_acle.h>

RNNQ_BEGIN_ASSEMBLY

/* Pairs of weights in lanes of 16 bits, without sign. */
#define MASK 0x000F000Fu

static RNNQ_CODE uint32_t rotated(uint32_t word)
{
    return (word >> 8) | (word << 24);
}

/* Four bytes at any address: these cores load words from any. */
struct four {
    uint32_t bytes;
} __attribute__((packed, may_alias));

/* Inputs (0, 2), (1, 3), (4, 6), (5, 7) of every 8, in 16 bits each; gives the sum of all. */
static RNNQ_CODE int32_t widen(uint32_t *work, const int8_t *x, int32_t cols)
{
    const int16x2_t ones = 0x00010001;
    int32_t sum = 0;

    for (int32_t i = 0; i < (cols + 7) / 8 * 8; i += 4) {
        uint32_t four = 0;

        if (i + 4 <= cols) {
            four = ((const struct four *)(const void *)&x[i])->bytes;
        } else {
            for (int32_t k = 0; i + k < cols; k++) {
                four |= (uint32_t)(uint8_t)x[i + k] << (8 * k);
            }
        }
        work[0] = (uint32_t)__sxtb16((int8x4_t)four);
        work[1] = (uint32_t)__sxtb16((int8x4_t)rotated(four));
        sum = __smlad((int16x2_t)work[1], ones, __smlad((int16x2_t)work[0], ones, sum));
        work += 2;
    }
    return sum;
}

#if defined(RNNQ_ASSEMBLY)

#define PAIR(k, word, x, sum) "and r12, lr, " word ", ror #" #k "\n\tsmlad " sum ", r12, " x ", " sum "\n\t"
#define ROW(word, sum) PAIR(0, word, "r6", sum) PAIR(4, word, "r7", sum) PAIR(8, word, "r8", sum) PAIR(12, word, "r9", sum)
#define EIGHT \
    "ldmia r1!, {r6-r9}\n\tldmia r0!, {r10, r11}\n\t" ROW("r10", "r2") ROW("r11", "r3") \
    "ldmia r0!, {r10, r11}\n\t" ROW("r10", "r4") ROW("r11", "r5")
#define STORE "stmia r12!, {r2-r5}\n\tldr r10, %[last]\n\tstr r12, %[out]\n\tcmp r12, r10\n\tbne 1b\n\t"

/* 4 rows and 8 inputs in 43 cycles; 32 inputs are done between two tests for the end. */
static RNNQ_CODE void multiply(int32_t *out, const int32_t *out_end, const uint32_t *w, const uint32_t *begin, const uint32_t *end,
                     int32_t start, int32_t add)
{
    register const uint32_t *weights __asm("r0") = w;
    const uint32_t *const few = &begin[(end - begin) % 16];
    uint32_t r9;

    __asm volatile(RNNQ_SAVE_R9
                   "mov lr, #0x000F000F\n"
                   "1:\n\t"
                   "ldr r1, %[begin]\n\tldr r12, %[few]\n\tldr r2, %[start]\n\tmov r3, r2\n\tmov r4, r2\n\tmov r5, r2\n\t"
                   "cmp r1, r12\n\tbne 4f\n"
                   "2:\n\t" EIGHT EIGHT EIGHT EIGHT "ldr r12, %[end]\n\tcmp r1, r12\n\tbne 2b\n"
                   "3:\n\t"
                   "ldr r12, %[out]\n\tldr r10, %[add]\n\tcmp r10, #0\n\tbne 5f\n\t" STORE "b 6f\n"
                   "4:\n\t" EIGHT "ldr r12, %[few]\n\tcmp r1, r12\n\tbne 4b\n\t"
                   "ldr r12, %[end]\n\tcmp r1, r12\n\tbne 2b\n\tb 3b\n"
                   "5:\n\t"
                   "ldm r12, {r6-r9}\n\tadd r2, r2, r6\n\tadd r3, r3, r7\n\tadd r4, r4, r8\n\tadd r5, r5, r9\n\t" STORE
                   "6:\n\t" RNNQ_RESTORE_R9
                   : "+r"(weights), [out] "+m"(out), [r9] "=&m"(r9)
                   : [begin] "m"(begin), [few] "m"(few), [end] "m"(end), [start] "m"(start), [add] "m"(add),
                     [last] "m"(out_end)
                   : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

#else

static RNNQ_CODE int32_t eight_products(int32_t sum, uint32_t word, const uint32_t *x)
{
    for (uint32_t k = 0; k < 4u; k++) {
        sum = __smlad((int16x2_t)((word >> (4u * k)) & MASK), (int16x2_t)x[k], sum);
    }
    return sum;
}

static RNNQ_CODE void multiply(int32_t *out, const int32_t *out_end, const uint32_t *w, const uint32_t *begin, const uint32_t *end,
                     int32_t start, int32_t add)
{
    for (; out != out_end; out += 4) {
        int32_t sums[4] = { start, start, start, start };

        for (const uint32_t *x = begin; x != end; x += 4) {
            for (int32_t k = 0; k < 4; k++) {
                sums[k] = eight_products(sums[k], w[k], x);
            }
            w += 4;
        }
        for (int32_t k = 0; k < 4; k++) {
            out[k] = (add != 0 ? out[k] : 0) + sums[k];
        }
    }
}

#endif

/* A word holds 8 weights of a row, each plus 8; the 8 leaves with the sum of x. */
RNNQ_SHARED
void rnnq_matvec_s8_s4_dsp(int32_t *out, const int8_t *x, const uint32_t *w, uint32_t *work, int32_t rows, int32_t cols,
                           int32_t add)
{
    const int32_t start = -8 * widen(work, x, cols);

    multiply(out, &out[rows], w, work, &work[(cols + 7) / 8 * 4], start, add);
}

RNNQ_END_ASSEMBLY

#endif
