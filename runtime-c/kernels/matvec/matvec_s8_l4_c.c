#include "rnnq.h"

/* Of every 4 inputs x0 .. x3 a table of their 81 partial sums: entry d0 + 4 d1 + 12 d2 + 36 d3 holds the sum of the x_k
 * with digit 1 minus those with digit 2; entries between them are never read. All are larger by BIAS, so that none is
 * negative and two can be added at a time. A byte of weights is the place of an entry in its table, in bytes. */
#define ENTRIES 108
#define BIAS 640

/* What one block of inputs adds to all rows. */
struct rows {
    const uint16_t *table;
    int32_t bytes; /* of weights of 8 rows */
    int32_t start; /* of every sum */
    int32_t count;
    int32_t add; /* to what the output holds */
};

#if defined(__ARM_ARCH_6M__) && defined(RNNQ_ASSEMBLY)

/* gcc reads inline Thumb-1 in its old syntax unless told otherwise. */
#define UNIFIED ".syntax unified\n\t"
/* Words of two entries: at r0 what is there, at r1 the same plus x (twice, in r8), at r2 the same minus x (r9 is -2 x). */
#define EXPAND(words, plus, back) "ldmia r0!, {" words "}\n\t" plus "stmia r1!, {" words "}\n\t" back "stmia r2!, {" words "}\n\t"
#define ADD3(x) "add r3, " x "\n\tadd r4, " x "\n\tadd r5, " x "\n\t"
#define ADD5(x) ADD3(x) "add r6, " x "\n\tadd r7, " x "\n\t"
#define EXPAND3 EXPAND("r3-r5", ADD3("r8"), ADD3("r9"))
#define EXPAND5 EXPAND("r3-r7", ADD5("r8"), ADD5("r9"))
/* x_k in both halves of r8, -2 x_k in both halves of r9. */
#define STEP(k) \
    "mov r3, r10\n\tmovs r4, #" #k "\n\tldrsb r4, [r3, r4]\n\tlsls r5, r4, #16\n\tadds r4, r4, r5\n\tmov r8, r4\n\t" \
    "lsls r4, r4, #1\n\trsbs r4, r4, #0\n\tmov r9, r4\n\t"

/* Tables of `count` groups of 4 inputs, about 200 cycles each. */
static void build(uint16_t *t, const int8_t *x, int32_t count)
{
    register uint16_t *table __asm("r0") = t;
    register const int8_t *from __asm("r1") = x;
    register const int8_t *end __asm("r2") = &x[4 * count];

    __asm volatile(UNIFIED
                   "mov r10, r1\n\tmov r11, r2\n"
                   "1:\n\t"
                   "mov r3, r10\n\tmovs r4, #0\n\tldrsb r4, [r3, r4]\n\tmovs r5, #1\n\tldrsb r7, [r3, r5]\n\t"
                   "movs r6, #5\n\tlsls r6, r6, #7\n\t" /* BIAS */
                   "adds r3, r6, r4\n\tlsls r3, r3, #16\n\tadds r3, r3, r6\n\tsubs r4, r6, r4\n\t"
                   "lsls r5, r7, #16\n\tadds r7, r7, r5\n\tadds r5, r3, r7\n\tadds r6, r4, r7\n\t"
                   "mov r1, r0\n\tstmia r1!, {r3-r6}\n\t"
                   "subs r3, r3, r7\n\tsubs r4, r4, r7\n\tstmia r1!, {r3, r4}\n\t"
                   "mov r2, r1\n\tadds r2, #24\n\t" STEP(2) EXPAND3 EXPAND3
                   "subs r0, #24\n\tmov r1, r2\n\tadds r2, #72\n\t" STEP(3) EXPAND5 EXPAND5 EXPAND5 EXPAND3
                   "mov r0, r2\n\tmov r3, r10\n\tadds r3, #4\n\tmov r10, r3\n\tcmp r3, r11\n\tbeq 2f\n\tb 1b\n"
                   "2:\n\t"
                   : "+l"(table), "+l"(from), "+l"(end)
                   :
                   : "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "cc", "memory");
}

#define LOW(k, sum) "ldrb r6, [r0, #" #k "]\n\tldrh r6, [r1, r6]\n\tadds " sum ", " sum ", r6\n\t"
#define HIGH(k, sum) "ldrb r6, [r0, #" #k "]\n\tldrh r6, [r1, r6]\n\tadd " sum ", r6\n\t"
#define GROUP(k) \
    LOW(k + 0, "r2") LOW(k + 1, "r3") LOW(k + 2, "r4") LOW(k + 3, "r5") \
    HIGH(k + 4, "r8") HIGH(k + 5, "r9") HIGH(k + 6, "r10") HIGH(k + 7, "r11") \
    "adds r1, #216\n\t"
#define START "adds r2, r2, r6\n\tadds r3, r3, r6\n\tadds r4, r4, r6\n\tadds r5, r5, r6\n\t"

/* Adds the partial sums of all groups to the sums of all rows, 8 rows at a time: 41 cycles for 8 rows and 4 inputs. */
static const uint8_t *look_up(int32_t *out, const uint8_t *w, const struct rows *rows)
{
    register const uint8_t *weights __asm("r0") = w;
    register int32_t *sums __asm("r7") = out;
    const struct { const uint16_t *table; int32_t bytes; int32_t start; const int32_t *end; int32_t add; } args = {
        rows->table, rows->bytes, rows->start, &out[rows->count], rows->add
    };
    register const void *all __asm("r1") = &args;

    __asm volatile(UNIFIED
                   "mov lr, r1\n"
                   "1:\n\t"
                   "mov r6, lr\n\tldr r1, [r6, #0]\n\tldr r2, [r6, #4]\n\tadds r2, r2, r0\n\tmov r12, r2\n\t"
                   "ldr r2, [r6, #16]\n\tldr r6, [r6, #8]\n\tcmp r2, #0\n\tbne 6f\n\t"
                   "mov r2, r6\n\tmov r3, r6\n\tmov r4, r6\n\tmov r5, r6\n\t"
                   "mov r8, r6\n\tmov r9, r6\n\tmov r10, r6\n\tmov r11, r6\n\tb 7f\n"
                   "6:\n\t"
                   "adds r7, #16\n\tldmia r7!, {r2-r5}\n\t" START
                   "mov r8, r2\n\tmov r9, r3\n\tmov r10, r4\n\tmov r11, r5\n\t"
                   "subs r7, #32\n\tldmia r7!, {r2-r5}\n\tsubs r7, #16\n\t" START
                   "7:\n\t"
                   "mov r6, r12\n\tsubs r6, r6, r0\n\tlsls r6, r6, #27\n\tbeq 3f\n"
                   "2:\n\t" GROUP(0) "adds r0, #8\n\tmov r6, r12\n\tsubs r6, r6, r0\n\tlsls r6, r6, #27\n\tbne 2b\n\t"
                   "cmp r0, r12\n\tbeq 4f\n"
                   "3:\n\t" GROUP(0) GROUP(8) GROUP(16) GROUP(24) "adds r0, #32\n\tcmp r0, r12\n\tbne 3b\n"
                   "4:\n\t"
                   "stmia r7!, {r2-r5}\n\tmov r2, r8\n\tmov r3, r9\n\tmov r4, r10\n\tmov r5, r11\n\t"
                   "stmia r7!, {r2-r5}\n\tmov r6, lr\n\tldr r6, [r6, #12]\n\tcmp r7, r6\n\tbeq 5f\n\tb 1b\n"
                   "5:\n\t"
                   : "+l"(weights), "+l"(sums), "+l"(all)
                   :
                   : "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
    return weights;
}

#else

static void expand(uint16_t *t, int32_t entries, int32_t x)
{
    for (int32_t i = 0; i < entries; i++) {
        t[entries + i] = (uint16_t)(t[i] + x);
        t[2 * entries + i] = (uint16_t)(t[i] - x);
    }
}

static void build(uint16_t *t, const int8_t *x, int32_t count)
{
    for (int32_t g = 0; g < count; g++) {
        for (int32_t i = 0; i < 4; i++) {
            t[i] = BIAS;
        }
        t[1] = (uint16_t)(BIAS + x[0]);
        t[2] = (uint16_t)(BIAS - x[0]);
        expand(t, 4, x[1]);
        expand(t, 12, x[2]);
        expand(t, 36, x[3]);
        t += ENTRIES;
        x += 4;
    }
}

static const uint8_t *look_up(int32_t *out, const uint8_t *w, const struct rows *rows)
{
    const int32_t count = rows->count;
    const int32_t groups = rows->bytes / 8;

    for (int32_t j = 0; j < count; j += 8) {
        const uint16_t *t = rows->table;

        for (int32_t k = 0; k < 8; k++) {
            out[j + k] = rows->start + (rows->add != 0 ? out[j + k] : 0);
        }
        for (int32_t g = 0; g < groups; g++) {
            for (int32_t k = 0; k < 8; k++) {
                out[j + k] += t[w[k] / 2];
            }
            w += 8;
            t += ENTRIES;
        }
    }
    return w;
}

#endif

void rnnq_matvec_s8_l4_c(int32_t *out, const int8_t *x, const uint8_t *w, uint16_t *work, int32_t rows, int32_t cols,
                         int32_t block, int32_t add)
{
    const int32_t groups = (cols + 3) / 4;

    for (int32_t b = 0; b < (groups + block - 1) / block; b++) {
        const int32_t first = b * block;
        const int32_t count = groups - first < block ? groups - first : block;
        const int32_t whole = 4 * (first + count) <= cols ? count : count - 1;
        const struct rows all = { work, 8 * count, -BIAS * count, rows, first > 0 ? 1 : add };

        if (whole > 0) {
            build(work, &x[4 * first], whole);
        }
        if (whole < count) {
            int8_t last[4] = { 0, 0, 0, 0 };

            for (int32_t i = 4 * (groups - 1); i < cols; i++) {
                last[i % 4] = x[i];
            }
            build(&work[ENTRIES * whole], last, 1);
        }
        w = look_up(out, w, &all);
    }
}
