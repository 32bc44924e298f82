#include "rnnq.h"
#include "rnnq_dsp.h"

#if defined(__ARM_FEATURE_DSP)

RNNQ_BEGIN_ASSEMBLY

/* Codes u = w + 1, 0 to 2, in two bits; a word holds 16 of a row, inputs 2k and 2k + 1 at bits 2k and 16 + 2k. So a
 * rotation and a mask give two factors for SMLAD, whose products stay below 2^17. An accumulator starts at minus the sum of
 * x, which takes back the 1 in u; what it holds between may wrap, the sum of the row is exact. */
#define MASK 0x00030003u

/* x as words, padded with zeros to a multiple of 8 inputs; gives their sum. */
static RNNQ_CODE int32_t copy(uint32_t *work, const int16_t *x, int32_t cols)
{
    const int16x2_t ones = 0x00010001;
    int32_t sum = 0;

    int32_t i = 0;

    for (; i + 2 <= cols; i += 2) {
        *work = rnnq_load_word(&x[i]);
        sum = __smlad((int16x2_t)*work, ones, sum);
        work++;
    }
    if (i < cols) {
        *work = (uint16_t)x[i];
        sum += x[i];
        work++;
        i += 2;
    }
    for (; i % 8 != 0; i += 2) {
        *work = 0;
        work++;
    }
    return sum;
}

/* Inputs in words: whole groups of 16 from begin to whole, then 8 more where whole is not end. */
struct inputs {
    const uint32_t *begin;
    const uint32_t *whole;
    const uint32_t *end;
    int32_t start;
    int32_t add;
};

#if defined(RNNQ_ASSEMBLY)

#define ROW(k, word, x, sum) "and r12, lr, " word ", ror #" #k "\n\tsmlad " sum ", r12, " x ", " sum "\n\t"
#define ROWS(k, x) ROW(k, "r6", x, "r2") ROW(k, "r7", x, "r3") ROW(k, "r8", x, "r4") ROW(k, "r9", x, "r5")
/* ror #0 would be rrx */
#define ROW0(word, sum) "and r12, lr, " word "\n\tsmlad " sum ", r12, r10, " sum "\n\t"
#define ROWS0 ROW0("r6", "r2") ROW0("r7", "r3") ROW0("r8", "r4") ROW0("r9", "r5")
#define WEIGHTS "ldmia r0!, {r6-r9}\n\t"
#define TWO "ldmia r1!, {r10, r11}\n\t"
#define EIGHT TWO ROWS0 ROWS(2, "r11") TWO ROWS(4, "r10") ROWS(6, "r11")
#define EIGHT_MORE TWO ROWS(8, "r10") ROWS(10, "r11") TWO ROWS(12, "r10") ROWS(14, "r11")

/* 4 rows and 16 inputs in 81 cycles, and 6 for the loop. */
static RNNQ_CODE void multiply(int32_t *out, const int32_t *out_end, const uint32_t *w, const struct inputs *x)
{
    register const uint32_t *weights __asm("r0") = w;
    const uint32_t *const begin = x->begin;
    const uint32_t *const whole = x->whole;
    const uint32_t *const end = x->end;
    const int32_t start = x->start;
    const int32_t add = x->add;
    uint32_t r9;

    __asm volatile(RNNQ_SAVE_R9
                   "mov lr, #0x00030003\n"
                   "1:\n\t"
                   "ldr r1, %[begin]\n\tldr r12, %[whole]\n\tldr r2, %[start]\n\tmov r3, r2\n\tmov r4, r2\n\tmov r5, r2\n\t"
                   "cmp r1, r12\n\tbeq 3f\n"
                   "2:\n\t" WEIGHTS EIGHT EIGHT_MORE "ldr r12, %[whole]\n\tcmp r1, r12\n\tbne 2b\n"
                   "3:\n\t"
                   "ldr r12, %[end]\n\tcmp r1, r12\n\tbeq 4f\n\t" WEIGHTS EIGHT
                   "4:\n\t"
                   "ldr r12, %[out]\n\tldr r10, %[add]\n\tcmp r10, #0\n\tbne 5f\n\t" RNNQ_STORE_ROWS "b 6f\n"
                   "5:\n\t"
                   RNNQ_ADD_ROWS RNNQ_STORE_ROWS
                   "6:\n\t" RNNQ_RESTORE_R9
                   : "+r"(weights), [out] "+m"(out), [r9] "=&m"(r9)
                   : [begin] "m"(begin), [whole] "m"(whole), [end] "m"(end), [start] "m"(start), [add] "m"(add),
                     [last] "m"(out_end)
                   : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

#else

static RNNQ_CODE void multiply(int32_t *out, const int32_t *out_end, const uint32_t *w, const struct inputs *x)
{
    for (; out != out_end; out += 4) {
        int32_t sums[4] = { x->start, x->start, x->start, x->start };
        uint32_t place = 0;

        for (const uint32_t *two = x->begin; two != x->end; two++) {
            for (int32_t k = 0; k < 4; k++) {
                sums[k] = __smlad((int16x2_t)(MASK & rnnq_rotate_right(w[k], 2u * place)), (int16x2_t)*two, sums[k]);
            }
            place = (place + 1u) % 8u;
            w += place == 0u ? 4 : 0;
        }
        w += x->whole == x->end ? 0 : 4;
        rnnq_store_rows(out, sums, x->add);
    }
}

#endif

RNNQ_SHARED
void rnnq_matvec_s16_ternary_u2x16_dsp(int32_t *out, const int16_t *x, const uint32_t *w, uint32_t *work, int32_t rows,
                             int32_t cols, int32_t add)
{
    const int32_t sum = copy(work, x, cols);
    const struct inputs all = { work, &work[(cols + 7) / 16 * 8], &work[(cols + 7) / 8 * 4], -sum, add };

    multiply(out, &out[rows], w, &all);
}

RNNQ_END_ASSEMBLY

#endif
