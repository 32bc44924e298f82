#include "rnnq.h"
#include "rnnq_dsp.h"

#if defined(__ARM_FEATURE_DSP)

RNNQ_BEGIN_ASSEMBLY

/* Pairs of weights in lanes of 16 bits, without sign. */
#define MASK 0x000F000Fu

#if defined(RNNQ_ASSEMBLY)

#define PAIR(k, word, x, sum) "and r12, lr, " word ", ror #" #k "\n\tsmlad " sum ", r12, " x ", " sum "\n\t"
#define ROW(word, sum) PAIR(0, word, "r6", sum) PAIR(4, word, "r7", sum) PAIR(8, word, "r8", sum) PAIR(12, word, "r9", sum)
#define EIGHT \
    "ldmia r1!, {r6-r9}\n\tldmia r0!, {r10, r11}\n\t" ROW("r10", "r2") ROW("r11", "r3") \
    "ldmia r0!, {r10, r11}\n\t" ROW("r10", "r4") ROW("r11", "r5")

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
                   "ldr r12, %[out]\n\tldr r10, %[add]\n\tcmp r10, #0\n\tbne 5f\n\t" RNNQ_STORE_ROWS "b 6f\n"
                   "4:\n\t" EIGHT "ldr r12, %[few]\n\tcmp r1, r12\n\tbne 4b\n\t"
                   "ldr r12, %[end]\n\tcmp r1, r12\n\tbne 2b\n\tb 3b\n"
                   "5:\n\t"
                   RNNQ_ADD_ROWS RNNQ_STORE_ROWS
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
        rnnq_store_rows(out, sums, add);
    }
}

#endif

/* A word holds 8 weights of a row, each plus 8; the 8 leaves with the sum of x. */
RNNQ_SHARED
void rnnq_matvec_s8_s4_dsp(int32_t *out, const int8_t *x, const uint32_t *w, uint32_t *work, int32_t rows, int32_t cols,
                           int32_t add)
{
    const int32_t start = -8 * rnnq_widen(work, x, cols, (cols + 7) / 8 * 8);

    multiply(out, &out[rows], w, work, &work[(cols + 7) / 8 * 4], start, add);
}

RNNQ_END_ASSEMBLY

#endif
