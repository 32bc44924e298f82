#include "rnnq.h"
#include "rnnq_tables.h"

RNNQ_BEGIN_ASSEMBLY

/* As matvec_s8_ternary_lut4_c, for 5 inputs: 243 partial sums in 9 blocks of 28 entries. The blocks are in the order of matvec_s8_ternary_lut4_c,
 * by the digits of x3 and x4. In a block, 8 entries for each digit of x2, by those of x0 and x1:
 * (0,0) (1,0) (0,1) (1,1) (0,2) (1,2) (2,0) (2,1); then (2,2) for the three digits of x2. A byte of a word of weights is the
 * entry, one for each of 4 rows. */
#define BLOCK 28
#define ENTRIES 252

#if defined(__thumb2__) && defined(RNNQ_ASSEMBLY)

#define DO4(op, x) op " r1, r1, " x "\n\t" op " r2, r2, " x "\n\t" op " r3, r3, " x "\n\t" op " r4, r4, " x "\n\t"
#define DO6(op, x) DO4(op, x) op " r5, r5, " x "\n\t" op " r6, r6, " x "\n\t"
#define DO8(op, x) DO6(op, x) op " r7, r7, " x "\n\t" op " r8, r8, " x "\n\t"
#define UP8(op, x) DO8(op, x) "add r0, r0, #56\n\tstmia r0, {r1-r8}\n\t"
#define DOWN6(op, x) DO6(op, x) "sub r0, r0, #56\n\tstmia r0, {r1-r6}\n\t"

/* Tables of `count` groups of 5 inputs, 320 cycles each: a word for two entries; 8 words of a block stay in registers from
 * the first block to the last, the other 6 from the last to the first. */
static RNNQ_CODE void build(uint16_t *t, const int8_t *x, int32_t count)
{
    register uint16_t *table __asm("r0") = t;
    register const int8_t *from __asm("lr") = x;
    const int8_t *const end = &x[5 * count];
    uint32_t r9;

    __asm volatile(RNNQ_SAVE_R9
                   "1:\n\t"
                   "ldrsb r2, [lr]\n\tldrsb r3, [lr, #1]\n\tldrsb r11, [lr, #2]\n\tldrsb r9, [lr, #3]\n\tldrsb r10, [lr, #4]\n\t"
                   "add r11, r11, r11, lsl #16\n\tadd r9, r9, r9, lsl #16\n\tadd r10, r10, r10, lsl #16\n\t"
                   "mov r12, #640\n\t" /* RNNQ_BIAS */
                   "add r1, r12, r2\n\tadd r1, r12, r1, lsl #16\n\tsub r12, r12, r2\n\t"
                   "add r4, r12, r3\n\tadd r4, r12, r4, lsl #16\n\tadd r3, r3, r3, lsl #16\n\t"
                   "add r2, r1, r3\n\tsub r3, r1, r3\n\t"
                   "add r5, r1, r11\n\tadd r6, r2, r11\n\tadd r7, r3, r11\n\tadd r8, r4, r11\n\t"
                   "stmia r0, {r1-r8}\n\t"
                   UP8("add", "r9") UP8("sub", "r9, lsl #1") UP8("add", "r10") UP8("add", "r9") UP8("add", "r9")
                   UP8("sub", "r10, lsl #1") UP8("sub", "r9") UP8("sub", "r9")
                   "ldrsb r5, [lr]\n\tldrsb r6, [lr, #1]\n\tldrsb r7, [lr, #2]\n\tadd lr, lr, #5\n\t"
                   "add r8, r9, r10\n\trsb r5, r5, #640\n\tsub r6, r5, r6\n\t"
                   "add r5, r6, r7\n\tadd r5, r6, r5, lsl #16\n\tsub r6, r6, r7\n\tsub r5, r5, r8\n\tsub r6, r6, r8\n\t"
                   DO4("sub", "r11") "add r0, r0, #32\n\tstmia r0, {r1-r6}\n\t"
                   DOWN6("add", "r9") DOWN6("add", "r9") DOWN6("add", "r10, lsl #1") DOWN6("sub", "r9") DOWN6("sub", "r9")
                   DOWN6("sub", "r10") DOWN6("add", "r9, lsl #1") DOWN6("sub", "r9")
                   "add r0, r0, #472\n\tldr r1, %[end]\n\tcmp lr, r1\n\tbne 1b\n\t" RNNQ_RESTORE_R9
                   : "+r"(table), "+r"(from), [r9] "=&m"(r9)
                   : [end] "m"(end)
                   : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "cc", "memory");
}

#define GROUP(codes) \
    "uxtb r6, " codes "\n\tubfx r7, " codes ", #8, #8\n\tubfx r8, " codes ", #16, #8\n\tlsr r9, " codes ", #24\n\t" \
    "ldrh r6, [r1, r6, lsl #1]\n\tldrh r7, [r1, r7, lsl #1]\n\tldrh r8, [r1, r8, lsl #1]\n\tldrh r9, [r1, r9, lsl #1]\n\t" \
    "add r2, r2, r6\n\tadd r3, r3, r7\n\tadd r4, r4, r8\n\tadd r5, r5, r9\n\tadd r1, r1, #504\n\t"
#define TWO "ldrd r10, r11, [r0], #8\n\t" GROUP("r10") GROUP("r11")

/* Adds the partial sums of all groups to the sums of all rows, 4 rows at a time: 15.5 cycles for 4 rows and 5 inputs. The end of
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
                   "ldr r1, %[table]\n\tldr r12, %[bytes]\n\tldr r2, %[start]\n\tadd lr, r0, r12\n\t"
                   "mov r3, r2\n\tmov r4, r2\n\tmov r5, r2\n\tands r12, r12, #12\n\tbne 4f\n"
                   "2:\n\t" TWO TWO "cmp r0, lr\n\tbne 2b\n"
                   "3:\n\t"
                   "ldr r12, %[out]\n\tldr r10, %[end]\n\ttst r10, #1\n\tbne 6f\n"
                   "5:\n\t"
                   "stmia r12!, {r2-r5}\n\tstr r12, %[out]\n\tcmp r12, r10\n\tbne 1b\n\tb 7f\n"
                   "4:\n\tldr r10, [r0], #4\n\t" GROUP("r10") "subs r12, r12, #4\n\tbne 4b\n\tcmp r0, lr\n\tbne 2b\n\tb 3b\n"
                   "6:\n\t"
                   "ldm r12, {r6-r9}\n\tadd r2, r2, r6\n\tadd r3, r3, r7\n\tadd r4, r4, r8\n\tadd r5, r5, r9\n\tbic r10, r10, #1\n\tb 5b\n"
                   "7:\n\t" RNNQ_RESTORE_R9
                   : "+r"(weights), [out] "+m"(out), [r9] "=&m"(r9)
                   : [table] "m"(table), [bytes] "m"(bytes), [start] "m"(start), [end] "m"(last)
                   : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
    return weights;
}

#elif defined(__ARM_ARCH_6M__) && defined(RNNQ_ASSEMBLY)

#define DO4(op, x) op " r3, " x "\n\t" op " r5, " x "\n\t" op " r6, " x "\n\t" op " r7, " x "\n\t"
#define NEXT5(x) "adds r0, #36\n\t" DO4("add", x) "add r4, " x "\n\tstmia r0!, {r3-r7}\n\t"
#define NEXT4(x) "adds r0, #40\n\tadd r3, " x "\n\tadd r4, " x "\n\tadd r5, " x "\n\tadd r6, " x "\n\tstmia r0!, {r3-r6}\n\t"

/* Tables of `count` groups of 5 inputs, 380 cycles each: the first block, then the others 5 words of each at a time. */
static RNNQ_CODE void build(uint16_t *t, const int8_t *x, int32_t count)
{
    register uint16_t *table __asm("r0") = t;
    register const int8_t *from __asm("r1") = x;
    const int8_t *const end = &x[5 * count];
    uint32_t r9;

    __asm volatile(RNNQ_SAVE_R9
                   "1:\n\t"
                   RNNQ_LOAD_STEPS(3, 4)
                   "movs r4, #0\n\tldrsb r4, [r1, r4]\n\tmovs r5, #1\n\tldrsb r5, [r1, r5]\n\t"
                   "movs r6, #5\n\tlsls r6, r6, #7\n\t" /* RNNQ_BIAS */
                   "adds r3, r6, r4\n\tlsls r3, r3, #16\n\tadds r3, r3, r6\n\t"
                   "subs r6, r6, r4\n\tlsls r4, r6, #16\n\tlsls r7, r5, #16\n\tadds r4, r4, r7\n\tadds r4, r4, r6\n\t"
                   "subs r6, r6, r5\n\tmov lr, r6\n\tadds r7, r7, r5\n\t"
                   "adds r5, r3, r7\n\tsubs r6, r3, r7\n\tmov r7, r4\n\tstmia r0!, {r3, r5-r7}\n\t"
                   "movs r4, #2\n\tldrsb r4, [r1, r4]\n\tlsls r2, r4, #16\n\tadds r2, r2, r4\n\t"
                   DO4("add", "r2") "stmia r0!, {r3, r5-r7}\n\t"
                   "rsbs r2, r2, #0\n\tlsls r2, r2, #1\n\t" DO4("add", "r2") "stmia r0!, {r3, r5-r7}\n\t"
                   "mov r3, lr\n\tadds r5, r3, r4\n\tlsls r5, r5, #16\n\tadds r5, r5, r3\n\tsubs r6, r3, r4\n\t"
                   "stmia r0!, {r5, r6}\n\t"
                   "subs r0, #56\n\tldmia r0!, {r3-r7}\n\t" RNNQ_EACH_STEP(NEXT5)
                   "subs r0, #224\n\tsubs r0, #224\n\tldmia r0!, {r3-r7}\n\t" RNNQ_EACH_STEP(NEXT5)
                   "subs r0, #224\n\tsubs r0, #224\n\tldmia r0!, {r3-r6}\n\t" RNNQ_EACH_STEP(NEXT4)
                   "adds r1, #5\n\tldr r2, %[end]\n\tcmp r1, r2\n\tbeq 2f\n\tb 1b\n"
                   "2:\n\t" RNNQ_RESTORE_R9
                   : "+l"(table), "+l"(from), [r9] "=&m"(r9)
                   : [end] "m"(end)
                   : "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

#define ENTRY(code, sum) "ands " code ", r7\n\tldrh " code ", [r1, " code "]\n\tadd " sum ", " code "\n\t"
#define GROUP(codes) \
    "lsls r6, " codes ", #1\n\t" ENTRY("r6", "r2") "lsrs r6, " codes ", #7\n\t" ENTRY("r6", "r3") \
    "lsrs r6, " codes ", #15\n\t" ENTRY("r6", "r8") "lsrs " codes ", " codes ", #23\n\t" ENTRY(codes, "r9") "add r1, r10\n\t"

/* Adds the partial sums of all groups to the sums of all rows, 4 rows at a time: 22.5 cycles for 4 rows and 5 inputs. The end of
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
                   "movs r7, #252\n\tlsls r7, r7, #1\n\tmov r10, r7\n\tmovs r7, #255\n\tlsls r7, r7, #1\n"
                   "1:\n\t"
                   "ldr r1, %[table]\n\tldr r2, %[start]\n\tldr r4, %[bytes]\n\tadds r5, r4, r0\n\tmov r11, r5\n\t"
                   "mov r3, r2\n\tmov r8, r2\n\tmov r9, r2\n\tlsls r5, r4, #29\n\tbeq 2f\n\t"
                   "ldmia r0!, {r4}\n\t" GROUP("r4") "mov r4, r11\n\tsubs r4, r4, r0\n\tbeq 5f\n"
                   "2:\n\t"
                   "lsls r5, r4, #28\n\tbne 4f\n"
                   "3:\n\t"
                   "ldmia r0!, {r4, r5}\n\t" GROUP("r4") GROUP("r5")
                   "4:\n\t"
                   "ldmia r0!, {r4, r5}\n\t" GROUP("r4") GROUP("r5") "cmp r0, r11\n\tbne 3b\n"
                   "5:\n\t"
                   "ldr r4, %[out]\n\tldr r1, %[last]\n\tlsrs r5, r1, #1\n\tbcs 7f\n"
                   "6:\n\t"
                   "mov r5, r8\n\tmov r6, r9\n\tstmia r4!, {r2, r3, r5, r6}\n\tstr r4, %[out]\n\t"
                   "cmp r4, r1\n\tbeq 8f\n\tb 1b\n"
                   "7:\n\t"
                   "ldmia r4!, {r5, r6}\n\tadds r2, r2, r5\n\tadds r3, r3, r6\n\t"
                   "ldmia r4!, {r5, r6}\n\tadd r8, r5\n\tadd r9, r6\n\tsubs r4, #16\n\tsubs r1, #1\n\tb 6b\n"
                   "8:\n\t" RNNQ_RESTORE_R9
                   : "+l"(weights), [out] "+m"(out), [r9] "=&m"(r9)
                   : [table] "m"(table), [bytes] "m"(bytes), [start] "m"(start), [last] "m"(last)
                   : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "cc", "memory");
    return weights;
}

#else

static RNNQ_CODE void build_one(uint16_t *t, const int8_t *x)
{
    for (int32_t k = 0; k < 3; k++) {
        for (int32_t i = 0; i < 3; i++) {
            const int32_t sum = RNNQ_BIAS + (k == 0 ? 0 : (k == 1 ? x[2] : -x[2])) + (i == 0 ? 0 : (i == 1 ? x[1] : -x[1]));

            t[8 * k + 2 * i] = (uint16_t)sum;
            t[8 * k + 2 * i + 1] = (uint16_t)(sum + x[0]);
            t[i < 2 ? 8 * k + 6 + i : 24 + k] = (uint16_t)(sum - x[0]);
        }
    }
    t[27] = RNNQ_BIAS;
    rnnq_other_blocks(t, BLOCK, x[3], x[4]);
}

static RNNQ_CODE void build(uint16_t *t, const int8_t *x, int32_t count)
{
    for (int32_t g = 0; g < count; g++) {
        build_one(&t[ENTRIES * g], &x[5 * g]);
    }
}

static RNNQ_CODE const uint32_t *look_up(int32_t *out, const uint32_t *w, const struct rnnq_rows *rows)
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

RNNQ_SHARED
void rnnq_matvec_s8_ternary_lut5_c(int32_t *out, const int8_t *x, const uint32_t *w, uint16_t *work, int32_t rows, int32_t cols,
                         int32_t block, int32_t add)
{
    const int32_t groups = (cols + 4) / 5;

    for (int32_t b = 0; b < (groups + block - 1) / block; b++) {
        const struct rnnq_pass pass = rnnq_pass_of(b, block, cols, 5);
        const struct rnnq_rows all = { work, 4 * pass.count, -RNNQ_BIAS * pass.count, rows, pass.first > 0 ? 1 : add };

        if (pass.whole > 0) {
            build(work, &x[5 * pass.first], pass.whole);
        }
        if (pass.whole < pass.count) {
            int8_t last[5];

            rnnq_last_inputs(last, x, cols, 5);
            build(&work[ENTRIES * pass.whole], last, 1);
        }
        w = look_up(out, w, &all);
    }
}

RNNQ_END_ASSEMBLY
