#include "rnnq.h"

/* As matvec_s8_l4_c, for 5 inputs: 243 partial sums, entry d0 + 3 d1 + 9 d2 + 28 d3 + 84 d4; a byte of a word
 * of weights is the entry, one for each of 4 rows. */
#define ENTRIES 252
#define BIAS 640

/* What one block of inputs adds to all rows. */
struct rows {
    const uint16_t *table;
    int32_t bytes; /* of weights of 4 rows */
    int32_t start; /* of every sum */
    int32_t count;
    int32_t add; /* to what the output holds */
};

#if defined(__thumb2__) && defined(RNNQ_ASSEMBLY)

/* Words of two entries: at r0 what is there, at r1 the same plus x (twice, in r11), at r2 the same minus x (r12 is 2 x). */
#define EXPAND(words, plus, minus) "ldmia r0!, {" words "}\n\t" plus "stmia r1!, {" words "}\n\t" minus "stmia r2!, {" words "}\n\t"
#define DO2(op, x) op " r3, r3, " x "\n\t" op " r4, r4, " x "\n\t"
#define DO6(op, x) DO2(op, x) op " r5, r5, " x "\n\t" op " r6, r6, " x "\n\t" op " r7, r7, " x "\n\t" op " r8, r8, " x "\n\t"
#define DO8(op, x) DO6(op, x) op " r9, r9, " x "\n\t" op " r10, r10, " x "\n\t"
#define EXPAND2 EXPAND("r3, r4", DO2("add", "r11"), DO2("sub", "r12"))
#define EXPAND6 EXPAND("r3-r8", DO6("add", "r11"), DO6("sub", "r12"))
#define EXPAND8 EXPAND("r3-r10", DO8("add", "r11"), DO8("sub", "r12"))

#define NINE(at) \
    "add r7, r6, r3\n\tsub r8, r6, r3\n\tstrh r6, [r0, #" at "]\n\tstrh r7, [r0, #" at "+2]\n\tstrh r8, [r0, #" at "+4]\n\t" \
    "add r9, r6, r4\n\tadd r10, r7, r4\n\tadd r11, r8, r4\n\t" \
    "strh r9, [r0, #" at "+6]\n\tstrh r10, [r0, #" at "+8]\n\tstrh r11, [r0, #" at "+10]\n\t" \
    "sub r9, r6, r4\n\tsub r10, r7, r4\n\tsub r11, r8, r4\n\t" \
    "strh r9, [r0, #" at "+12]\n\tstrh r10, [r0, #" at "+14]\n\tstrh r11, [r0, #" at "+16]\n\t"
#define STEP "ldrsb r11, [lr], #1\n\tadd r11, r11, r11, lsl #16\n\tlsl r12, r11, #1\n\t"

/* Tables of `count` groups of 5 inputs, about 380 cycles each. */
static void build(uint16_t *t, const int8_t *x, int32_t count)
{
    register uint16_t *table __asm("r0") = t;
    register const int8_t *from __asm("lr") = x;
    const int8_t *const end = &x[5 * count];

    __asm volatile("1:\n\t"
                   "ldrsb r3, [lr], #1\n\tldrsb r4, [lr], #1\n\tldrsb r5, [lr], #1\n\tmov r6, #640\n\t" /* BIAS */
                   NINE("0") "add r6, r6, r5\n\t" NINE("18") "sub r6, r6, r5, lsl #1\n\t" NINE("36")
                   "add r1, r0, #56\n\tadd r2, r0, #112\n\t" STEP EXPAND8 EXPAND6
                   "sub r0, r0, #56\n\tmov r1, r2\n\tadd r2, r2, #168\n\t" STEP
                   EXPAND8 EXPAND8 EXPAND8 EXPAND8 EXPAND8 EXPAND2
                   "mov r0, r2\n\tldr r3, %[end]\n\tcmp lr, r3\n\tbne 1b\n\t"
                   : "+r"(table), "+r"(from)
                   : [end] "m"(end)
                   : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "cc", "memory");
}

#define GROUP(codes) \
    "uxtb r6, " codes "\n\tubfx r7, " codes ", #8, #8\n\tubfx r8, " codes ", #16, #8\n\tlsr r9, " codes ", #24\n\t" \
    "ldrh r6, [r1, r6, lsl #1]\n\tldrh r7, [r1, r7, lsl #1]\n\tldrh r8, [r1, r8, lsl #1]\n\tldrh r9, [r1, r9, lsl #1]\n\t" \
    "add r2, r2, r6\n\tadd r3, r3, r7\n\tadd r4, r4, r8\n\tadd r5, r5, r9\n\tadd r1, r1, #504\n\t"
#define TWO "ldrd r10, r11, [r0], #8\n\t" GROUP("r10") GROUP("r11")

/* Adds the partial sums of all groups to the sums of all rows, 4 rows at a time: 15.5 cycles for 4 rows and 5 inputs. */
static const uint32_t *look_up(int32_t *out, const uint32_t *w, const struct rows *rows)
{
    register const uint32_t *weights __asm("r0") = w;
    const uint16_t *const table = rows->table;
    const int32_t bytes = rows->bytes;
    const int32_t start = rows->start;
    const int32_t add = rows->add;
    const int32_t *const last = &out[rows->count];

    __asm volatile("1:\n\t"
                   "ldr r1, %[table]\n\tldr r12, %[bytes]\n\tldr r2, %[start]\n\tadd lr, r0, r12\n\t"
                   "mov r3, r2\n\tmov r4, r2\n\tmov r5, r2\n\tands r12, r12, #12\n\tbne 4f\n"
                   "2:\n\t" TWO TWO "cmp r0, lr\n\tbne 2b\n"
                   "3:\n\t"
                   "ldr r12, %[out]\n\tldr r10, %[add]\n\tcmp r10, #0\n\tbne 6f\n"
                   "5:\n\t"
                   "stmia r12!, {r2-r5}\n\tldr r10, %[end]\n\tstr r12, %[out]\n\tcmp r12, r10\n\tbne 1b\n\tb 7f\n"
                   "4:\n\tldr r10, [r0], #4\n\t" GROUP("r10") "subs r12, r12, #4\n\tbne 4b\n\tcmp r0, lr\n\tbne 2b\n\tb 3b\n"
                   "6:\n\t"
                   "ldm r12, {r6-r9}\n\tadd r2, r2, r6\n\tadd r3, r3, r7\n\tadd r4, r4, r8\n\tadd r5, r5, r9\n\tb 5b\n"
                   "7:\n\t"
                   : "+r"(weights), [out] "+m"(out)
                   : [table] "m"(table), [bytes] "m"(bytes), [start] "m"(start), [add] "m"(add), [end] "m"(last)
                   : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
    return weights;
}

#else

static void build_one(uint16_t *t, const int8_t *x)
{
    for (int32_t k = 0; k < 3; k++) {
        const int32_t base = k == 0 ? BIAS : (k == 1 ? BIAS + x[2] : BIAS - x[2]);

        for (int32_t i = 0; i < 3; i++) {
            const int32_t sum = i == 0 ? base : (i == 1 ? base + x[1] : base - x[1]);

            t[9 * k + 3 * i] = (uint16_t)sum;
            t[9 * k + 3 * i + 1] = (uint16_t)(sum + x[0]);
            t[9 * k + 3 * i + 2] = (uint16_t)(sum - x[0]);
        }
    }
    t[27] = BIAS;
    for (int32_t i = 0; i < 28; i++) {
        t[28 + i] = (uint16_t)(t[i] + x[3]);
        t[56 + i] = (uint16_t)(t[i] - x[3]);
    }
    for (int32_t i = 0; i < 84; i++) {
        t[84 + i] = (uint16_t)(t[i] + x[4]);
        t[168 + i] = (uint16_t)(t[i] - x[4]);
    }
}

static void build(uint16_t *t, const int8_t *x, int32_t count)
{
    for (int32_t g = 0; g < count; g++) {
        build_one(&t[ENTRIES * g], &x[5 * g]);
    }
}

static const uint32_t *look_up(int32_t *out, const uint32_t *w, const struct rows *rows)
{
    const int32_t count = rows->count;
    const int32_t groups = rows->bytes / 4;

    for (int32_t j = 0; j < count; j += 4) {
        const uint16_t *t = rows->table;

        for (int32_t k = 0; k < 4; k++) {
            out[j + k] = rows->start + (rows->add != 0 ? out[j + k] : 0);
        }
        for (int32_t g = 0; g < groups; g++) {
            for (int32_t k = 0; k < 4; k++) {
                out[j + k] += t[(w[g] >> (8 * k)) & 255u];
            }
            t += ENTRIES;
        }
        w += groups;
    }
    return w;
}

#endif

void rnnq_matvec_s8_l5_c(int32_t *out, const int8_t *x, const uint32_t *w, uint16_t *work, int32_t rows, int32_t cols,
                         int32_t block, int32_t add)
{
    const int32_t groups = (cols + 4) / 5;

    for (int32_t b = 0; b < (groups + block - 1) / block; b++) {
        const int32_t first = b * block;
        const int32_t count = groups - first < block ? groups - first : block;
        const int32_t whole = 5 * (first + count) <= cols ? count : count - 1;
        const struct rows all = { work, 4 * count, -BIAS * count, rows, first > 0 ? 1 : add };

        if (whole > 0) {
            build(work, &x[5 * first], whole);
        }
        if (whole < count) {
            int8_t last[5] = { 0, 0, 0, 0, 0 };

            for (int32_t i = 5 * (groups - 1); i < cols; i++) {
                last[i % 5] = x[i];
            }
            build(&work[ENTRIES * whole], last, 1);
        }
        w = look_up(out, w, &all);
    }
}
