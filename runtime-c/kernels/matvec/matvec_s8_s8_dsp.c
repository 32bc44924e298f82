#include "rnnq.h"
#include "rnnq_dsp.h"

#if defined(__ARM_FEATURE_DSP)

RNNQ_BEGIN_ASSEMBLY

#if defined(RNNQ_ASSEMBLY)

#define ROW(word, sum) \
    "sxtb16 r12, " word "\n\tsxtb16 " word ", " word ", ror #8\n\tsmlad " sum ", r12, r6, " sum "\n\t" \
    "smlad " sum ", " word ", r7, " sum "\n\t"
#define FOUR \
    "ldmia r1!, {r6, r7}\n\tldmia r0!, {r8-r11}\n\t" ROW("r8", "r2") ROW("r9", "r3") ROW("r10", "r4") ROW("r11", "r5")

/* 4 rows and 4 inputs in 24 cycles; 16 inputs are done between two tests for the end. */
static RNNQ_CODE void multiply(int32_t *out, const int32_t *out_end, const uint32_t *w, const uint32_t *begin, const uint32_t *end,
                     int32_t add)
{
    register const uint32_t *weights __asm("r0") = w;
    const uint32_t *const few = &begin[(end - begin) % 8];
    uint32_t r9;

    __asm volatile(RNNQ_SAVE_R9
                   "ldr lr, %[end]\n"
                   "1:\n\t"
                   "ldr r1, %[begin]\n\tldr r12, %[few]\n\tmov r2, #0\n\tmov r3, #0\n\tmov r4, #0\n\tmov r5, #0\n\t"
                   "cmp r1, r12\n\tbne 4f\n"
                   "2:\n\t" FOUR FOUR FOUR FOUR "cmp r1, lr\n\tbne 2b\n"
                   "3:\n\t"
                   "ldr r12, %[out]\n\tldr r10, %[add]\n\tcmp r10, #0\n\tbne 5f\n\t" RNNQ_STORE_ROWS "b 6f\n"
                   "4:\n\t" FOUR "ldr r12, %[few]\n\tcmp r1, r12\n\tbne 4b\n\tcmp r1, lr\n\tbne 2b\n\tb 3b\n"
                   "5:\n\t"
                   RNNQ_ADD_ROWS RNNQ_STORE_ROWS
                   "6:\n\t" RNNQ_RESTORE_R9
                   : "+r"(weights), [out] "+m"(out), [r9] "=&m"(r9)
                   : [begin] "m"(begin), [few] "m"(few), [end] "m"(end), [add] "m"(add), [last] "m"(out_end)
                   : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

#else

static RNNQ_CODE int32_t four_products(int32_t sum, uint32_t four, const uint32_t *x)
{
    sum = __smlad(__sxtb16((int8x4_t)four), (int16x2_t)x[0], sum);
    return __smlad(__sxtb16((int8x4_t)rnnq_rotate_right(four, 8u)), (int16x2_t)x[1], sum);
}

static RNNQ_CODE void multiply(int32_t *out, const int32_t *out_end, const uint32_t *w, const uint32_t *begin, const uint32_t *end,
                     int32_t add)
{
    for (; out != out_end; out += 4) {
        int32_t sums[4] = { 0, 0, 0, 0 };

        for (const uint32_t *x = begin; x != end; x += 2) {
            for (int32_t k = 0; k < 4; k++) {
                sums[k] = four_products(sums[k], w[k], x);
            }
            w += 4;
        }
        rnnq_store_rows(out, sums, add);
    }
}

#endif

RNNQ_SHARED
void rnnq_matvec_s8_s8_dsp(int32_t *out, const int8_t *x, const uint32_t *w, uint32_t *work, int32_t rows, int32_t cols,
                           int32_t add)
{
    (void)rnnq_widen(work, x, cols, cols);
    multiply(out, &out[rows], w, work, &work[(cols + 3) / 4 * 2], add);
}

RNNQ_END_ASSEMBLY

#endif
