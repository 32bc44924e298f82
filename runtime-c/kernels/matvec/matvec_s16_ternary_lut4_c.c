#include "rnnq.h"
#include "rnnq_tables.h"

RNNQ_BEGIN_ASSEMBLY

/* Of every 4 inputs x0 .. x3 a table of their 81 partial sums: entry d0 + 3 d1 + 9 d2 + 27 d3 holds the sum of the x_k with
 * digit 1 minus those with digit 2. A byte of weights is the place of an entry. */
#define ENTRIES 81

/* What one block of inputs adds to all rows. */
struct rows {
    const int32_t *table;
    int32_t bytes; /* of weights of 4 rows */
    const int32_t *end;
    int32_t add; /* to what the output holds */
};

#if defined(__thumb__) && defined(RNNQ_ASSEMBLY)

#define ADD3(x) "adds r3, r3, " x "\n\tadds r4, r4, " x "\n\tadds r5, r5, " x "\n\t"
/* Three entries: at r0 what is there, at r1 the same plus x (r6), at r2 the same minus x (r7 is -2 x). */
#define EXPAND "ldmia r0!, {r3-r5}\n\t" ADD3("r6") "stmia r1!, {r3-r5}\n\t" ADD3("r7") "stmia r2!, {r3-r5}\n\t"
#define EXPAND3 EXPAND EXPAND EXPAND
#define STEP(k) \
    "mov r6, r8\n\tmovs r7, #2 * " #k "\n\tldrsh r6, [r6, r7]\n\tlsls r7, r6, #1\n\trsbs r7, r7, #0\n\t"

/* Tables of `count` groups of 4 inputs, about 290 cycles each. */
static RNNQ_CODE void build(int32_t *t, const int16_t *x, int32_t count)
{
    register int32_t *table __asm("r0") = t;
    register const int16_t *from __asm("r1") = x;
    register const int16_t *end __asm("r2") = &x[4 * count];
    uint32_t r9;

    __asm volatile(RNNQ_SAVE_R9
                   "mov r8, r1\n\tmov r9, r2\n"
                   "1:\n\t"
                   "mov r6, r8\n\tmovs r3, #0\n\tldrsh r4, [r6, r3]\n\trsbs r5, r4, #0\n\tmov r1, r0\n\t"
                   "stmia r1!, {r3-r5}\n\tmov r2, r1\n\tadds r2, #12\n\t" STEP(1) EXPAND
                   "subs r0, #12\n\tmov r1, r2\n\tadds r2, #36\n\t" STEP(2) EXPAND3
                   "subs r0, #36\n\tmov r1, r2\n\tadds r2, #108\n\t" STEP(3) EXPAND3 EXPAND3 EXPAND3
                   "mov r0, r2\n\tmov r6, r8\n\tadds r6, #8\n\tmov r8, r6\n\tcmp r6, r9\n\tbeq 2f\n\tb 1b\n"
                   "2:\n\t" RNNQ_RESTORE_R9
                   : "+l"(table), "+l"(from), "+l"(end), [r9] "=&m"(r9)
                   :
                   : "r3", "r4", "r5", "r6", "r7", "r8", "r9", "cc", "memory");
}

#if !defined(__thumb2__)
#define LOOK(k, sum) "ldrb r6, [r0, #" #k "]\n\tlsls r6, r6, #2\n\tldr r6, [r1, r6]\n\tadds " sum ", " sum ", r6\n\t"
#define GROUP(k) LOOK(k + 0, "r2") LOOK(k + 1, "r3") LOOK(k + 2, "r4") LOOK(k + 3, "r5") "add r1, r8\n\t"
#else
/* loads one after the other overlap */
#define GROUP(k) \
    "ldrb r6, [r0, #" #k "]\n\tldrb r9, [r0, #" #k " + 1]\n\tldrb r10, [r0, #" #k " + 2]\n\tldrb r11, [r0, #" #k " + 3]\n\t" \
    "ldr r6, [r1, r6, lsl #2]\n\tldr r9, [r1, r9, lsl #2]\n\tldr r10, [r1, r10, lsl #2]\n\tldr r11, [r1, r11, lsl #2]\n\t" \
    "add r1, r8\n\tadd r2, r6\n\tadd r3, r9\n\tadd r4, r10\n\tadd r5, r11\n\t"
#endif

/* Adds the partial sums of all groups to the sums of all rows, 4 rows at a time. */
static RNNQ_CODE const uint8_t *look_up(int32_t *out, const uint8_t *w, const struct rows *rows)
{
    register const uint8_t *weights __asm("r0") = w;
    register const struct rows *all __asm("r1") = rows;
    register int32_t *sums __asm("r7") = out;
    uint32_t r9;

    __asm volatile(RNNQ_SAVE_R9
                   "mov lr, r1\n\tmovs r6, #81\n\tlsls r6, r6, #2\n\tmov r8, r6\n"
                   "1:\n\t"
                   "mov r6, lr\n\tldr r1, [r6, #0]\n\tldr r2, [r6, #4]\n\tadds r2, r2, r0\n\tmov r12, r2\n\t"
                   "ldr r2, [r6, #12]\n\tcmp r2, #0\n\tbne 6f\n\t"
                   "movs r3, #0\n\tmovs r4, #0\n\tmovs r5, #0\n\tb 7f\n"
                   "6:\n\t"
                   "ldmia r7!, {r2-r5}\n\tsubs r7, #16\n"
                   "7:\n\t"
                   "mov r6, r12\n\tsubs r6, r6, r0\n\tlsls r6, r6, #28\n\tbeq 3f\n"
                   "2:\n\t" GROUP(0) "adds r0, #4\n\tmov r6, r12\n\tsubs r6, r6, r0\n\tlsls r6, r6, #28\n\tbne 2b\n\t"
                   "cmp r0, r12\n\tbeq 4f\n"
                   "3:\n\t" GROUP(0) GROUP(4) GROUP(8) GROUP(12) "adds r0, #16\n\tcmp r0, r12\n\tbne 3b\n"
                   "4:\n\t"
                   "stmia r7!, {r2-r5}\n\tmov r6, lr\n\tldr r6, [r6, #8]\n\tcmp r7, r6\n\tbeq 5f\n\tb 1b\n"
                   "5:\n\t" RNNQ_RESTORE_R9
                   : "+l"(weights), "+l"(sums), "+l"(all), [r9] "=&m"(r9)
                   :
                   : "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
    return weights;
}

#else

static RNNQ_CODE void expand(int32_t *t, int32_t entries, int32_t x)
{
    for (int32_t i = 0; i < entries; i++) {
        t[entries + i] = t[i] + x;
        t[2 * entries + i] = t[i] - x;
    }
}

static RNNQ_CODE void build(int32_t *t, const int16_t *x, int32_t count)
{
    for (int32_t g = 0; g < count; g++) {
        t[0] = 0;
        t[1] = x[0];
        t[2] = -x[0];
        expand(t, 3, x[1]);
        expand(t, 9, x[2]);
        expand(t, 27, x[3]);
        t += ENTRIES;
        x += 4;
    }
}

static RNNQ_CODE const uint8_t *look_up(int32_t *out, const uint8_t *w, const struct rows *rows)
{
    const int32_t groups = rows->bytes / 4;
    const int32_t count = (int32_t)(rows->end - out);

    for (int32_t j = 0; j < count; j += 4) {
        int32_t *const y = &out[j];
        const int32_t *t = rows->table;
        int32_t sums[4] = { 0, 0, 0, 0 };

        for (int32_t g = 0; g < groups; g++) {
            sums[0] += t[w[0]];
            sums[1] += t[w[1]];
            sums[2] += t[w[2]];
            sums[3] += t[w[3]];
            w += 4;
            t += ENTRIES;
        }
        for (int32_t k = 0; k < 4; k++) {
            y[k] = (rows->add != 0 ? y[k] : 0) + sums[k];
        }
    }
    return w;
}

#endif

RNNQ_SHARED
void rnnq_matvec_s16_ternary_lut4_c(int32_t *out, const int16_t *x, const uint8_t *w, int32_t *work, int32_t rows, int32_t cols,
                          int32_t block, int32_t add)
{
    const int32_t groups = (cols + 3) / 4;

    for (int32_t b = 0; b < (groups + block - 1) / block; b++) {
        const struct rnnq_pass pass = rnnq_pass_of(b, block, cols, 4);
        const struct rows all = { work, 4 * pass.count, &out[rows], pass.first > 0 ? 1 : add };

        if (pass.whole > 0) {
            build(work, &x[4 * pass.first], pass.whole);
        }
        if (pass.whole < pass.count) {
            int16_t last[4] = { 0, 0, 0, 0 };

            for (int32_t i = 4 * (groups - 1); i < cols; i++) {
                last[i % 4] = x[i];
            }
            build(&work[ENTRIES * pass.whole], last, 1);
        }
        w = look_up(out, w, &all);
    }
}

RNNQ_END_ASSEMBLY
