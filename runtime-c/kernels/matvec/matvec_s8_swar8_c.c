#include "rnnq.h"

RNNQ_BEGIN_ASSEMBLY

/* A word holds the weights of 8 rows for 4 / bits inputs, without sign: rows 0 to 3 in its lower half, 4 to 7 in its upper
 * half. One multiplication does the rows k and k + 4: two lanes of 16 bits times x. A block has so few inputs that the sums
 * of both rows stay inside their lanes, and those of binary weights even when they are doubled. */
struct block {
    const int8_t *x;
    int32_t count; /* of inputs, a multiple of 4 */
    int32_t bits;
    int32_t offset; /* a weight is its code minus that, and the code is doubled before where it is one bit */
    int32_t rows;
};

#if defined(RNNQ_ASSEMBLY) && (defined(__ARM_ARCH_6M__) || defined(__thumb2__))
/* Sums in lanes are of codes without sign, and so begin at minus what that adds to them. */
#define IN_LANES 1
#else
#define IN_LANES 0
#endif

#if IN_LANES && defined(__ARM_ARCH_6M__)

#define LANE(both) "movs r2, r3\n\tands r2, r4\n\tlsrs r3, r7\n\tmuls r2, r5, r2\n\tadd " both ", r2\n\t"
#define INPUT "ldrsb r5, [r1, r6]\n\t" LANE("r8") LANE("r9") LANE("r10") LANE("r11") "adds r6, r6, #1\n\t"
#define WORD "ldmia r0!, {r3}\n"
#define LOWER(both, sum) \
    "mov r0, " both "\n\tlsls r0, r5\n\tsxth r6, r0\n\tadds " sum ", " sum ", r6\n\tsubs r0, r0, r6\n\tasrs r0, r0, #16\n\t" \
    "mov " both ", r0\n\t"
#define UPPER(both, sum) "add " sum ", " both "\n\t"
#define FOUR(half) \
    "ldmia r7!, {r1-r4}\n\tsubs r7, r7, #16\n\t" half("r8", "r1") half("r9", "r2") half("r10", "r3") half("r11", "r4") \
    "stmia r7!, {r1-r4}\n\t"

/* 8 rows and 4 inputs in about 105 cycles. */
static RNNQ_CODE const uint32_t *add_block(int32_t *out, const uint32_t *w, const struct block *block)
{
    register const uint32_t *weights __asm("r0") = w;
    const int8_t *const end = &block->x[block->count];
    const int32_t index = -block->count;
    const int32_t bits = block->bits;
    const uint32_t lanes = ((1u << bits) - 1u) * 0x00010001u;
    const int32_t twice = bits == 1 ? 1 : 0;
    const int32_t *const out_end = &out[block->rows];
    uint32_t r9;

    __asm volatile(RNNQ_SAVE_R9
                   "1:\n\t"
                   "ldr r1, %[end]\n\tldr r6, %[index]\n\tldr r4, %[lanes]\n\tldr r7, %[bits]\n\t"
                   "movs r2, #0\n\tmov r8, r2\n\tmov r9, r2\n\tmov r10, r2\n\tmov r11, r2\n"
                   "2:\n\t" WORD INPUT "cmp r7, #2\n\tbls 3f\n\t" WORD "3:\n\t" INPUT "cmp r7, #1\n\tbls 4f\n\t" WORD
                   "4:\n\t" INPUT "cmp r7, #2\n\tbls 5f\n\t" WORD "5:\n\t" INPUT "bne 2b\n\t"
                   "mov r12, r0\n\tldr r7, %[out]\n\tldr r5, %[twice]\n\t" FOUR(LOWER) FOUR(UPPER)
                   "mov r0, r12\n\tstr r7, %[out]\n\tldr r6, %[last]\n\tcmp r7, r6\n\tbeq 6f\n\tb 1b\n"
                   "6:\n\t" RNNQ_RESTORE_R9
                   : "+l"(weights), [out] "+m"(out), [r9] "=&m"(r9)
                   : [end] "m"(end), [index] "m"(index), [lanes] "m"(lanes), [bits] "m"(bits), [twice] "m"(twice),
                     [last] "m"(out_end)
                   : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "cc", "memory");
    return weights;
}

#elif IN_LANES

#define LANE(both, x) "and r12, lr, r10\n\tlsr lr, lr, r11\n\tmla " both ", r12, " x ", " both "\n\t"
#define INPUT(x) LANE("r2", x) LANE("r3", x) LANE("r4", x) LANE("r5", x)
#define WORD(condition) "it " condition "\n\tldr" condition " lr, [r0], #4\n\t"
#define SPLIT(both, lower) \
    "lsl " both ", " both ", r11\n\tsxth " lower ", " both "\n\tsub " both ", " both ", " lower "\n\t"
#define ADD2(first, second, place, half) \
    "ldrd r1, lr, [r12, #" place "]\n\tadd " first ", r1, " first half "\n\tadd " second ", lr, " second half "\n\t"

/* 8 rows and 4 inputs in about 66 cycles, 82 where mla takes 2. */
static RNNQ_CODE const uint32_t *add_block(int32_t *out, const uint32_t *w, const struct block *block)
{
    register const uint32_t *weights __asm("r0") = w;
    const int8_t *const x = block->x;
    const int8_t *const end = &x[block->count];
    const int32_t bits = block->bits;
    const uint32_t lanes = ((1u << bits) - 1u) * 0x00010001u;
    const int32_t twice = bits == 1 ? 1 : 0;
    const int32_t *const out_end = &out[block->rows];
    uint32_t r9;

    __asm volatile(RNNQ_SAVE_R9
                   "1:\n\t"
                   "ldr r1, %[x]\n\tldr r10, %[lanes]\n\tldr r11, %[bits]\n\t"
                   "mov r2, #0\n\tmov r3, #0\n\tmov r4, #0\n\tmov r5, #0\n"
                   "2:\n\t"
                   "ldr lr, [r0], #4\n\tldrsb r6, [r1]\n\tldrsb r7, [r1, #1]\n\tldrsb r8, [r1, #2]\n\tldrsb r9, [r1, #3]\n\t"
                   "add r1, r1, #4\n\tcmp r11, #2\n\t"
                   INPUT("r6") WORD("hi") INPUT("r7") WORD("hs") INPUT("r8") WORD("hi") INPUT("r9")
                   "ldr r12, %[end]\n\tcmp r1, r12\n\tbne 2b\n\t"
                   "ldr r11, %[twice]\n\tldr r12, %[out]\n\t"
                   SPLIT("r2", "r6") SPLIT("r3", "r7") SPLIT("r4", "r8") SPLIT("r5", "r9")
                   ADD2("r6", "r7", "0", "") ADD2("r8", "r9", "8", "")
                   ADD2("r2", "r3", "16", ", asr #16") ADD2("r4", "r5", "24", ", asr #16")
                   "stmia r12!, {r6-r9}\n\tstmia r12!, {r2-r5}\n\tldr r10, %[last]\n\tstr r12, %[out]\n\tcmp r12, r10\n\tbne 1b\n\t"
                   RNNQ_RESTORE_R9
                   : "+r"(weights), [out] "+m"(out), [r9] "=&m"(r9)
                   : [x] "m"(x), [end] "m"(end), [lanes] "m"(lanes), [bits] "m"(bits), [twice] "m"(twice), [last] "m"(out_end)
                   : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
    return weights;
}

#else

/* The same row by row. */
static RNNQ_CODE const uint32_t *add_block(int32_t *out, const uint32_t *w, const struct block *block)
{
    const int8_t *const x = block->x;
    const int32_t count = block->count;
    const int32_t rows = block->rows;
    const int32_t bits = block->bits;
    const int32_t scale = bits == 1 ? 2 : 1;
    const int32_t offset = block->offset;
    const int32_t last = (4 >> (bits / 2)) - 1; /* input of a word */
    const uint32_t mask = (1u << bits) - 1u;

    for (int32_t j = 0; j < rows; j += 8) {
        uint32_t word = 0;

        for (int32_t i = 0; i < count; i++) {
            if ((i & last) == 0) {
                word = *w++;
            }
            for (int32_t k = 0; k < 4; k++) {
                out[j + k] += (scale * (int32_t)(word & mask) - offset) * x[i];
                out[j + k + 4] += (scale * (int32_t)((word >> 16) & mask) - offset) * x[i];
                word >>= bits;
            }
        }
    }
    return w;
}

#endif

RNNQ_SHARED
void rnnq_matvec_s8_swar8_c(int32_t *out, const int8_t *x, const uint32_t *w, int32_t rows, int32_t cols, int32_t bits,
                         int32_t add)
{
    const int32_t offset = bits == 4 ? 8 : 1;
    const int32_t places = 8 - bits; /* a block has up to 2^places inputs */
    const int32_t most = 1 << places;
    const int32_t rest = (int32_t)((uint32_t)cols % 4u);
    const int32_t whole = cols - rest;
    const int32_t blocks = ((whole + most - 1) >> places) + (rest > 0 ? 1 : 0);
    int8_t last[4];
    int32_t all = 0;

    for (int32_t i = 0; i < cols; i++) {
        all += x[i];
    }
    for (int32_t j = 0; j < rows; j++) {
        out[j] = (add != 0 ? out[j] : 0) - IN_LANES * offset * all;
    }
    for (int32_t i = 0; i < 4; i++) {
        last[i] = i < rest ? x[whole + i] : 0;
    }
    for (int32_t b = 0; b < blocks; b++) {
        const int32_t left = whole - b * most;
        const struct block block = {
            left > 0 ? &x[b * most] : last, left <= 0 ? 4 : left < most ? left : most, bits, offset, rows,
        };

        w = add_block(out, w, &block);
    }
}

RNNQ_END_ASSEMBLY
