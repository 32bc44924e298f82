#include "rnnq.h"
#include "rnnq_dsp.h"

#if defined(__ARM_FEATURE_DSP)

RNNQ_BEGIN_ASSEMBLY

/* Two rows share a lane of 16 bits: u + 2^14 v, u = weight of the first row plus 1, v = weight of the second. So one SMLAD
 * does 4 products, and the sums of both rows lie in one accumulator: bits 0 to 13, and above. It starts at minus the sum of
 * x, which takes back the 1 in u. The lower sum must stay inside 14 bits, so it is moved out every `flush` inputs; where that is
 * so for the upper rows of some 8 only, the weights say which are the lower ones. */
#define MASK 0xC003C003u

/* x in pairs of 16 bits, inputs (0, 2), (1, 3), (4, 6), (5, 7) of every 8; gives their sum. */
static RNNQ_CODE int32_t widen(uint32_t *work, const int8_t *x, int32_t count)
{
    const int16x2_t ones = 0x00010001;
    int32_t sum = 0;
    int32_t i = 0;

    for (; i + 4 <= count; i += 4) {
        const uint32_t four = rnnq_load_word(&x[i]);
        const int16x2_t even = __sxtb16((int8x4_t)four);
        const int16x2_t odd = __sxtb16((int8x4_t)rnnq_rotate_right(four, 8u));

        work[0] = (uint32_t)even;
        work[1] = (uint32_t)odd;
        sum = __smlad(odd, ones, __smlad(even, ones, sum));
        work += 2;
    }
    if (i < count) { /* the last 1 to 3 inputs */
        const int32_t second = i + 1 < count ? x[i + 1] : 0;
        const int32_t third = i + 2 < count ? x[i + 2] : 0;

        work[0] = (uint32_t)(uint16_t)x[i] | ((uint32_t)(uint16_t)third << 16);
        work[1] = (uint32_t)(uint16_t)second;
        sum += x[i] + second + third;
        work += 2;
        i += 4;
    }
    if (i % 8 != 0) {
        work[0] = 0;
        work[1] = 0;
    }
    return sum;
}

/* What one block of inputs adds to all rows. */
struct block {
    const uint32_t *x;
    const uint32_t *end;
    int32_t start;
    int32_t ordered; /* after the weights of 8 rows: whether the lower rows are the last 4 of them */
    int32_t add;
};

#if defined(RNNQ_ASSEMBLY)

#define PAIR(k, word, x, sum) "and r12, lr, " word ", ror #" #k "\n\tsmlad " sum ", r12, " x ", " sum "\n\t"
#define ROWS2(word, sum) PAIR(0, word, "r6", sum) PAIR(4, word, "r7", sum) PAIR(8, word, "r8", sum) PAIR(12, word, "r9", sum)
#define EIGHT \
    "ldmia r1!, {r6-r9}\n\tldmia r0!, {r10, r11}\n\t" ROWS2("r10", "r2") ROWS2("r11", "r3") \
    "ldmia r0!, {r10, r11}\n\t" ROWS2("r10", "r4") ROWS2("r11", "r5")
#define SPLIT(sum, low) "sbfx " low ", " sum ", #0, #14\n\tsub " sum ", " sum ", " low "\n\tasr " sum ", " sum ", #14\n\t"
#define ADD2(first, second) "ldrd r10, r11, [r12], #8\n\tadd " first ", " first ", r10\n\tadd " second ", " second ", r11\n\t"

#define TURN(upper, lower) "mov r1, " upper "\n\tmov " upper ", " lower "\n\tmov " lower ", r1\n\t"
#define EIGHT_BYTES 140

/* 8 rows and 8 inputs in 43 cycles, 64 inputs between two tests for the end; the first time only what is beyond a multiple of
 * 64. The last bits of the end of the output: 1, something to be added to; 2, an order. */
static RNNQ_CODE const uint32_t *add_block(int32_t *out, const int32_t *out_end, const uint32_t *w, const struct block *block)
{
    register const uint32_t *weights __asm("r0") = w;
    const uint32_t *const x = block->x;
    const uint32_t *const end = block->end;
    const int32_t start = block->start;
    const uint32_t last = (uint32_t)(uintptr_t)out_end | (block->add != 0 ? 1u : 0u) | (block->ordered != 0 ? 2u : 0u);
    uint32_t entry = EIGHT_BYTES * ((uint32_t)(end - x - 4) / 4u % 8u + 1u);
    uint32_t r9;

    __asm volatile(RNNQ_SAVE_R9
                   ".balign 4\n\t" /* adr counts from a word's boundary, and the section may begin anywhere */
                   "movw lr, #0xC003\n\tmovt lr, #0xC003\n\t"
                   "adr r12, 3f\n\tldr r10, %[entry]\n\tsub r12, r12, r10\n\tstr r12, %[entry]\n"
                   "1:\n\t"
                   "ldr r1, %[x]\n\tldr r12, %[entry]\n\tldr r2, %[start]\n\tmov r3, r2\n\tmov r4, r2\n\tmov r5, r2\n\t"
                   "mov pc, r12\n"
                   "2:\n\t" EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT
                   "3:\n\t"
                   "ldr r12, %[end]\n\tcmp r1, r12\n\tbne 2b\n\t"
                   "ldr r12, %[out]\n\tldr r10, %[last]\n\t"
                   SPLIT("r2", "r6") SPLIT("r3", "r7") SPLIT("r4", "r8") SPLIT("r5", "r9")
                   "tst r10, #3\n\tbne 5f\n"
                   "4:\n\t"
                   "stmia r12!, {r6-r9}\n\tstmia r12!, {r2-r5}\n\tstr r12, %[out]\n\tcmp r12, r10\n\tbne 1b\n\tb 6f\n"
                   "5:\n\t"
                   "tst r10, #2\n\tbne 9f\n"
                   "7:\n\t"
                   ADD2("r6", "r7") ADD2("r8", "r9") ADD2("r2", "r3") ADD2("r4", "r5") "sub r12, r12, #32\n\tldr r10, %[last]\n"
                   "8:\n\t"
                   "bic r10, r10, #3\n\tb 4b\n"
                   "9:\n\t"
                   "ldr r11, [r0], #4\n\tcmp r11, #0\n\tbeq 10f\n\t"
                   TURN("r2", "r6") TURN("r3", "r7") TURN("r4", "r8") TURN("r5", "r9")
                   "10:\n\t"
                   "tst r10, #1\n\tbeq 8b\n\tb 7b\n"
                   "6:\n\t" RNNQ_RESTORE_R9
                   : "+r"(weights), [out] "+m"(out), [entry] "+m"(entry), [r9] "=&m"(r9)
                   : [x] "m"(x), [start] "m"(start), [end] "m"(end), [last] "m"(last)
                   : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
    return weights;
}

#else

static RNNQ_CODE int32_t row_pair(int32_t sums, uint32_t word, const uint32_t *x)
{
    for (uint32_t k = 0; k < 4u; k++) {
        sums = __smlad((int16x2_t)(MASK & rnnq_rotate_right(word, 4u * k)), (int16x2_t)x[k], sums);
    }
    return sums;
}

static RNNQ_CODE const uint32_t *add_block(int32_t *out, const int32_t *out_end, const uint32_t *w, const struct block *block)
{
    for (; out != out_end; out += 8) {
        int32_t sums[4] = { block->start, block->start, block->start, block->start };

        for (const uint32_t *x = block->x; x != block->end; x += 4) {
            for (int32_t k = 0; k < 4; k++) {
                sums[k] = row_pair(sums[k], w[k], x);
            }
            w += 4;
        }
        const int32_t lower = block->ordered != 0 && *w++ != 0u ? 4 : 0;

        for (int32_t k = 0; k < 4; k++) {
            const int32_t low = (int32_t)((uint32_t)sums[k] << 18) >> 18;
            int32_t *const y = &out[k + lower];
            int32_t *const z = &out[k + 4 - lower];

            *y = (block->add != 0 ? *y : 0) + low;
            *z = (block->add != 0 ? *z : 0) + ((sums[k] - low) >> 14);
        }
    }
    return w;
}

#endif

RNNQ_SHARED
void rnnq_matvec_s8_ternary_rowpair_dsp(int32_t *out, const int8_t *x, const uint32_t *w, uint32_t *work, int32_t rows, int32_t cols,
                            int32_t flush, int32_t ordered, int32_t add)
{
    for (int32_t first = 0; first < cols; first += flush) {
        const int32_t count = cols - first < flush ? cols - first : flush;
        const int32_t sum = widen(work, &x[first], count);
        const struct block block = { work, &work[(count + 7) / 8 * 4], -sum, ordered, first > 0 ? 1 : add };

        w = add_block(out, &out[rows], w, &block);
    }
}

RNNQ_END_ASSEMBLY

#endif
