/* What kernels with tables of partial sums have in common: passes over the rows, each with the tables of some inputs, and the order
 * of the entries. */
#ifndef RNNQ_TABLES_H
#define RNNQ_TABLES_H

#include "rnnq.h"

/* The tables of a pass: `count` of them from table `first` on; the inputs of the first `whole` are all there. */
struct rnnq_pass {
    int32_t first;
    int32_t count;
    int32_t whole;
};

/* Pass b of those with `block` tables, each of `inputs` inputs. */
RNNQ_INLINE struct rnnq_pass rnnq_pass_of(int32_t b, int32_t block, int32_t cols, int32_t inputs)
{
    const int32_t tables = (cols + inputs - 1) / inputs;
    struct rnnq_pass pass;

    pass.first = b * block;
    pass.count = tables - pass.first < block ? tables - pass.first : block;
    pass.whole = inputs * (pass.first + pass.count) <= cols ? pass.count : pass.count - 1;
    return pass;
}

/* The inputs of the last table, with zeros behind the last of `cols`. Constants of it would be in flash, also where others are
 * in RAM. */
RNNQ_INLINE void rnnq_last_inputs(int8_t *last, const int8_t *x, int32_t cols, int32_t inputs)
{
    const int32_t first = (cols - 1) / inputs * inputs;

    for (int32_t k = 0; k < inputs; k++) {
        last[k] = first + k < cols ? x[first + k] : (int8_t)0;
    }
}

/* Entries are larger by this, so that none is negative and two can be added at a time. */
#define RNNQ_BIAS 640

/* What the tables of a pass add to all rows. */
struct rnnq_rows {
    const uint16_t *table;
    int32_t bytes; /* of weights of the rows that are done at a time */
    int32_t start; /* of every sum: minus what the entries are larger by */
    int32_t count;
    int32_t add; /* to what the output holds */
};

/* The other 8 blocks of a table, from the first one: plus or minus the last two inputs, in an order in which one of them
 * changes from block to block. */
RNNQ_INLINE void rnnq_other_blocks(uint16_t *t, int32_t entries, int32_t x, int32_t y)
{
    const int32_t more[8] = { x, -x, y - x, y, y + x, x - y, -y, -x - y };

    for (int32_t b = 0; b < 8; b++) {
        for (int32_t i = 0; i < entries; i++) {
            t[entries * (b + 1) + i] = (uint16_t)(t[i] + more[b]);
        }
    }
}

#if defined(__ARM_ARCH_6M__) && defined(RNNQ_ASSEMBLY)

/* Input k, r1 points to the first, in both halves of r3. */
#define RNNQ_BOTH_HALVES(k) "movs r3, #" #k "\n\tldrsb r3, [r1, r3]\n\tlsls r4, r3, #16\n\tadds r3, r3, r4\n\t"
/* What must be added to go from block to block, of the inputs k and l. */
#define RNNQ_LOAD_STEPS(k, l) \
    RNNQ_BOTH_HALVES(k) "mov r8, r3\n\trsbs r3, r3, #0\n\tmov r10, r3\n\tlsls r3, r3, #1\n\tmov r9, r3\n\t" \
    RNNQ_BOTH_HALVES(l) "mov r11, r3\n\tlsls r3, r3, #1\n\trsbs r3, r3, #0\n\tmov r12, r3\n\t"
#define RNNQ_EACH_STEP(next) next("r8") next("r9") next("r11") next("r8") next("r8") next("r12") next("r10") next("r10")

#endif

#endif
