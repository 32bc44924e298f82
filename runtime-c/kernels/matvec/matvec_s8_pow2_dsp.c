#include "rnnq.h"
#include "rnnq_dsp.h"

#if defined(__ARM_FEATURE_DSP)

RNNQ_BEGIN_ASSEMBLY

/* The weights of a byte, two nibbles, in lanes of 16 bits. A nibble is 0, or a sign (8) and an exponent plus one (1 to 7). */
#define PAIR(high, low) ((uint32_t)(uint16_t)(low) | ((uint32_t)(uint16_t)(high) << 16))
#define PAIRS(high) \
    PAIR(high, 0), PAIR(high, 1), PAIR(high, 2), PAIR(high, 4), PAIR(high, 8), PAIR(high, 16), PAIR(high, 32), \
    PAIR(high, 64), PAIR(high, 0), PAIR(high, -1), PAIR(high, -2), PAIR(high, -4), PAIR(high, -8), PAIR(high, -16), \
    PAIR(high, -32), PAIR(high, -64)

static RNNQ_CODE const uint32_t *pairs(void)
{
    static RNNQ_CONSTANTS const uint32_t table[256] = {
        PAIRS(0), PAIRS(1),  PAIRS(2),  PAIRS(4),  PAIRS(8),  PAIRS(16),  PAIRS(32),  PAIRS(64),
        PAIRS(0), PAIRS(-1), PAIRS(-2), PAIRS(-4), PAIRS(-8), PAIRS(-16), PAIRS(-32), PAIRS(-64),
    };

    return table;
}

#if defined(RNNQ_ASSEMBLY)

#define ROW(sum) \
    "ldr r11, [r0], #4\n\tuxtb r10, r11\n\tldr r10, [lr, r10, lsl #2]\n\tubfx r12, r11, #8, #8\n\t" \
    "ldr r12, [lr, r12, lsl #2]\n\tsmlad " sum ", r10, r6, " sum "\n\tubfx r10, r11, #16, #8\n\t" \
    "smlad " sum ", r12, r7, " sum "\n\tlsr r11, r11, #24\n\tldr r10, [lr, r10, lsl #2]\n\tldr r11, [lr, r11, lsl #2]\n\t" \
    "smlad " sum ", r10, r8, " sum "\n\tsmlad " sum ", r11, r9, " sum "\n\t"

/* 4 rows and 8 inputs in 76 cycles. */
static RNNQ_CODE void multiply(int32_t *out, const int32_t *out_end, const uint32_t *w, const uint32_t *begin, const uint32_t *end,
                     int32_t add)
{
    const uint32_t *const table = pairs(); /* a call may change what is in registers */
    register const uint32_t *weights __asm("r0") = w;
    uint32_t r9;

    __asm volatile(RNNQ_SAVE_R9
                   "ldr lr, %[table]\n"
                   "1:\n\t"
                   "ldr r1, %[begin]\n\tmov r2, #0\n\tmov r3, #0\n\tmov r4, #0\n\tmov r5, #0\n"
                   "2:\n\t" "ldmia r1!, {r6-r9}\n\t" ROW("r2") ROW("r3") ROW("r4") ROW("r5")
                   "ldr r12, %[end]\n\tcmp r1, r12\n\tbne 2b\n\t"
                   "ldr r12, %[out]\n\tldr r10, %[add]\n\tcmp r10, #0\n\tbne 3f\n\t" RNNQ_STORE_ROWS "b 4f\n"
                   "3:\n\t"
                   RNNQ_ADD_ROWS RNNQ_STORE_ROWS
                   "4:\n\t" RNNQ_RESTORE_R9
                   : "+r"(weights), [out] "+m"(out), [r9] "=&m"(r9)
                   : [table] "m"(table), [begin] "m"(begin), [end] "m"(end), [add] "m"(add), [last] "m"(out_end)
                   : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

#else

static RNNQ_CODE int32_t eight_products(int32_t sum, uint32_t word, const uint32_t *x)
{
    const uint32_t *const table = pairs();

    for (uint32_t k = 0; k < 4u; k++) {
        sum = __smlad((int16x2_t)table[(word >> (8u * k)) & 255u], (int16x2_t)x[k], sum);
    }
    return sum;
}

static RNNQ_CODE void multiply(int32_t *out, const int32_t *out_end, const uint32_t *w, const uint32_t *begin, const uint32_t *end,
                     int32_t add)
{
    for (; out != out_end; out += 4) {
        int32_t sums[4] = { 0, 0, 0, 0 };

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

RNNQ_SHARED
void rnnq_matvec_s8_pow2_dsp(int32_t *out, const int8_t *x, const uint32_t *w, uint32_t *work, int32_t rows, int32_t cols,
                           int32_t add)
{
    (void)rnnq_widen(work, x, cols, (cols + 7) / 8 * 8);
    multiply(out, &out[rows], w, work, &work[(cols + 7) / 8 * 4], add);
}

RNNQ_END_ASSEMBLY

#endif
