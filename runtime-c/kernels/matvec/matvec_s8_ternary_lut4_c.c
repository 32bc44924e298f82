#include "rnnq.h"
#include "rnnq_tables.h"

RNNQ_BEGIN_ASSEMBLY

/* Of every 4 inputs x0 .. x3 a table of their 81 partial sums, each the sum of the x_k with digit 1 minus those with digit 2:
 * 9 blocks of 10 entries, a block for the digits of x2 and x3, in an order in which one differs from block to block:
 * (0,0) (1,0) (2,0) (2,1) (0,1) (1,1) (1,2) (0,2) (2,2); in a block the digits of x0 and x1 are
 * (0,0) (1,0) (2,0) (2,1) (0,1) (1,1) (2,2) - (0,2) (1,2). All entries are larger by RNNQ_BIAS, so that none is negative and two can
 * be added at a time. A byte of weights is the place of an entry in its table, in bytes. */
#define BLOCK 10
#define ENTRIES 90

#if defined(__ARM_ARCH_6M__) && defined(RNNQ_ASSEMBLY)

#define STORE "stmia r0!, {r3-r7}\n\t"
#define NEXT(x) "add r3, " x "\n\tadd r4, " x "\n\tadd r5, " x "\n\tadd r6, " x "\n\tadd r7, " x "\n\t" STORE

/* Tables of `count` groups of 4 inputs, 140 cycles each: a block stays in registers, a word for two entries. */
static RNNQ_CODE void build(uint16_t *t, const int8_t *x, int32_t count)
{
    register uint16_t *table __asm("r0") = t;
    register const int8_t *from __asm("r1") = x;
    register const int8_t *end __asm("r2") = &x[4 * count];
    uint32_t r9;

    __asm volatile(RNNQ_SAVE_R9
                   "1:\n\t"
                   RNNQ_LOAD_STEPS(2, 3)
                   "movs r4, #0\n\tldrsb r4, [r1, r4]\n\tmovs r7, #1\n\tldrsb r7, [r1, r7]\n\t"
                   "movs r6, #5\n\tlsls r6, r6, #7\n\t" /* RNNQ_BIAS */
                   "adds r3, r6, r4\n\tlsls r3, r3, #16\n\tadds r3, r3, r6\n\t"
                   "subs r6, r6, r4\n\tlsls r5, r7, #16\n\tlsls r4, r6, #16\n\tadds r4, r4, r5\n\tadds r4, r4, r6\n\t"
                   "subs r6, r6, r7\n\tadds r5, r5, r7\n\tsubs r7, r3, r5\n\tadds r5, r3, r5\n\t"
                   STORE RNNQ_EACH_STEP(NEXT)
                   "adds r1, #4\n\tcmp r1, r2\n\tbne 1b\n\t" RNNQ_RESTORE_R9
                   : "+l"(table), "+l"(from), "+l"(end), [r9] "=&m"(r9)
                   :
                   : "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "cc", "memory");
}

#define ENTRY(code, sum) "ldrh r6, [r1, " code "]\n\tadd " sum ", r6\n\t"
#define FOUR(word, s0, s1, s2, s3) \
    "uxtb r6, " word "\n\t" ENTRY("r6", s0) "lsrs " word ", " word ", #8\n\tuxtb r6, " word "\n\t" ENTRY("r6", s1) \
    "lsrs " word ", " word ", #8\n\tuxtb r6, " word "\n\t" ENTRY("r6", s2) "lsrs " word ", " word ", #8\n\t" ENTRY(word, s3)
#define GROUP \
    "ldmia r0!, {r4, r5}\n\t" FOUR("r4", "r2", "r3", "r8", "r9") FOUR("r5", "r10", "r11", "r12", "lr") "adds r1, #180\n\t"

/* Adds the partial sums of all groups to the sums of all rows, 8 rows at a time: 40 cycles for 8 rows and 4 inputs. The end of
 * the output is odd where there is something to be added to. */
static RNNQ_CODE const uint32_t *look_up(int32_t *out, const uint32_t *w, const struct rnnq_rows *rows)
{
    register const uint32_t *weights __asm("r0") = w;
    const uint16_t *const table = rows->table;
    const int32_t bytes = rows->bytes;
    const int32_t start = rows->start;
    const uint32_t last = (uint32_t)(uintptr_t)&out[rows->count] | (rows->add != 0 ? 1u : 0u);
    uint32_t r9;

    __asm volatile(RNNQ_SAVE_R9
                   "1:\n\t"
                   "ldr r1, %[table]\n\tldr r2, %[start]\n\tldr r7, %[bytes]\n\tadds r7, r7, r0\n\t"
                   "mov r3, r2\n\tmov r8, r2\n\tmov r9, r2\n\tmov r10, r2\n\tmov r11, r2\n\tmov r12, r2\n\tmov lr, r2\n\t"
                   "subs r4, r7, r0\n\tlsls r4, r4, #27\n\tbeq 3f\n"
                   "2:\n\t" GROUP "subs r4, r7, r0\n\tlsls r4, r4, #27\n\tbne 2b\n\tcmp r0, r7\n\tbne 3f\n\tb 4f\n"
                   "3:\n\t" GROUP GROUP GROUP GROUP "cmp r0, r7\n\tbne 3b\n"
                   "4:\n\t"
                   "ldr r4, %[out]\n\tldr r7, %[last]\n\tlsrs r5, r7, #1\n\tbcs 6f\n"
                   "5:\n\t"
                   "stmia r4!, {r2, r3}\n\tmov r2, r8\n\tmov r3, r9\n\tmov r5, r10\n\tmov r6, r11\n\t"
                   "stmia r4!, {r2, r3, r5, r6}\n\tmov r2, r12\n\tmov r3, lr\n\tstmia r4!, {r2, r3}\n\tstr r4, %[out]\n\t"
                   "cmp r4, r7\n\tbeq 7f\n\tb 1b\n"
                   "6:\n\t"
                   "ldmia r4!, {r5, r6}\n\tadds r2, r2, r5\n\tadds r3, r3, r6\n\t"
                   "ldmia r4!, {r5, r6}\n\tadd r8, r5\n\tadd r9, r6\n\tldmia r4!, {r5, r6}\n\tadd r10, r5\n\tadd r11, r6\n\t"
                   "ldmia r4!, {r5, r6}\n\tadd r12, r5\n\tadd lr, r6\n\tsubs r4, #32\n\tsubs r7, #1\n\tb 5b\n"
                   "7:\n\t" RNNQ_RESTORE_R9
                   : "+l"(weights), [out] "+m"(out), [r9] "=&m"(r9)
                   : [table] "m"(table), [bytes] "m"(bytes), [start] "m"(start), [last] "m"(last)
                   : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
    return weights;
}

#else

static RNNQ_CODE void build(uint16_t *t, const int8_t *x, int32_t count)
{
    for (int32_t g = 0; g < count; g++) {
        for (int32_t i = 0; i < 3; i++) {
            const int32_t sum = RNNQ_BIAS + (i == 0 ? 0 : (i == 1 ? x[1] : -x[1]));

            t[4 * i] = (uint16_t)sum;
            t[4 * i + 1] = (uint16_t)(sum + x[0]);
            t[i == 0 ? 2 : (i == 1 ? 3 : 6)] = (uint16_t)(sum - x[0]);
        }
        t[7] = RNNQ_BIAS;
        rnnq_other_blocks(t, BLOCK, x[2], x[3]);
        t += ENTRIES;
        x += 4;
    }
}

static RNNQ_CODE const uint32_t *look_up(int32_t *out, const uint32_t *w, const struct rnnq_rows *rows)
{
    const int32_t count = rows->count;
    const int32_t groups = rows->bytes / 8;

    for (int32_t j = 0; j < count; j += 8) {
        const uint16_t *t = rows->table;

        for (int32_t k = 0; k < 8; k++) {
            out[j + k] = rows->start + (rows->add != 0 ? out[j + k] : 0);
        }
        for (int32_t g = 0; g < groups; g++) {
            for (int32_t i = j; i < j + 8; i += 4) {
                for (int32_t k = 0; k < 4; k++) {
                    out[i + k] += t[((*w >> (8 * k)) & 255u) / 2u];
                }
                w++;
            }
            t += ENTRIES;
        }
    }
    return w;
}

#endif

RNNQ_SHARED
void rnnq_matvec_s8_ternary_lut4_c(int32_t *out, const int8_t *x, const uint32_t *w, uint16_t *work, int32_t rows, int32_t cols,
                         int32_t block, int32_t add)
{
    const int32_t groups = (cols + 3) / 4;

    for (int32_t b = 0; b < (groups + block - 1) / block; b++) {
        const struct rnnq_pass pass = rnnq_pass_of(b, block, cols, 4);
        const struct rnnq_rows all = { work, 8 * pass.count, -RNNQ_BIAS * pass.count, rows, pass.first > 0 ? 1 : add };

        if (pass.whole > 0) {
            build(work, &x[4 * pass.first], pass.whole);
        }
        if (pass.whole < pass.count) {
            int8_t last[4];

            rnnq_last_inputs(last, x, cols, 4);
            build(&work[ENTRIES * pass.whole], last, 1);
        }
        w = look_up(out, w, &all);
    }
}

RNNQ_END_ASSEMBLY
