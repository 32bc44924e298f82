#include "rnnq.h"

RNNQ_BEGIN_ASSEMBLY

/* A word holds the weights of 4 rows for one input, each plus 128: one load for 4 products. */

#if defined(RNNQ_ASSEMBLY) && (defined(__ARM_ARCH_6M__) || defined(__ARM_ARCH_7M__))

/* One multiplication does two rows: lanes of 16 bits, rows 0 and 2, then 1 and 3. Their product p is added to one sum, and
 * p >> 16 to another, modulo 2^32: the other is the sum of the upper lane, but for what the lower lane borrows from it. That
 * is 1 where the lower lane is negative, and so where x is: no weight plus 128 is 0. The 128 leaves with the sum of x. */
struct args {
    const int8_t *end; /* of x */
    int32_t index; /* of the first input, from the end */
    int32_t low; /* what the sums start at */
    int32_t high;
    const int32_t *out_end;
    int32_t add;
};

static RNNQ_CODE struct args args_of(const int32_t *out_end, const int8_t *x, int32_t cols, int32_t add)
{
    struct args args = { &x[cols], -cols, 0, 0, out_end, add };

    for (int32_t i = 0; i < cols; i++) {
        args.low += x[i];
        args.high -= x[i] >> 7;
    }
    args.low *= -128;
    args.high += args.low;
    args.low = (int32_t)(65537u * (uint32_t)args.low);
    return args;
}

#if defined(__ARM_ARCH_6M__)

#define LANE(word, low, high) \
    "ands " word ", r4\n\tmuls " word ", r5, " word "\n\tadd " low ", " word "\n\tasrs " word ", " word ", #16\n\t" \
    "add " high ", " word "\n\t"
#define INPUT(word) \
    "ldrsb r5, [r1, r6]\n\tmovs r2, " word "\n\t" LANE("r2", "r8", "r9") "lsrs " word ", " word ", #8\n\t" \
    LANE(word, "r10", "r11") "adds r6, r6, #1\n\t"
#define TWO "ldmia r0!, {r3, r7}\n\t" INPUT("r3") INPUT("r7")
#define ADD(row, place) "ldr r6, [r7, #" place "]\n\tadds " row ", " row ", r6\n\t"

/* 4 rows and 4 inputs in 68 cycles. */
static RNNQ_CODE void multiply(int32_t *out, const int8_t *x, const uint32_t *w, int32_t rows, int32_t cols, int32_t add)
{
    const struct args args = args_of(&out[rows], x, cols, add); /* a call may change what is in registers */
    register const uint32_t *weights __asm("r0") = w;
    register int32_t *sums __asm("r7") = out;
    register const void *all __asm("r1") = &args;
    uint32_t r9;

    __asm volatile(RNNQ_SAVE_R9
                   "mov lr, r1\n\tmov r12, r7\n"
                   "1:\n\t"
                   "mov r7, lr\n\tldmia r7!, {r1, r6}\n\tldmia r7!, {r2, r3}\n\t"
                   "mov r8, r2\n\tmov r9, r3\n\tmov r10, r2\n\tmov r11, r3\n\t"
                   "movs r4, #255\n\tlsls r2, r4, #16\n\torrs r4, r2\n\tb 3f\n"
                   "2:\n\t" "ldmia r0!, {r3}\n\t" INPUT("r3")
                   "3:\n\t" "lsls r7, r6, #30\n\tbne 2b\n\tcmp r6, #0\n\tbeq 5f\n"
                   "4:\n\t" TWO TWO "bne 4b\n"
                   "5:\n\t"
                   "mov r2, r8\n\tmov r3, r10\n\tmov r4, r9\n\tmov r5, r11\n\t"
                   "lsls r6, r4, #16\n\tsubs r2, r2, r6\n\tlsls r6, r5, #16\n\tsubs r3, r3, r6\n\t"
                   "mov r7, lr\n\tldr r6, [r7, #20]\n\tmov r7, r12\n\tcmp r6, #0\n\tbeq 6f\n\t"
                   ADD("r2", "0") ADD("r3", "4") ADD("r4", "8") ADD("r5", "12")
                   "6:\n\t"
                   "stmia r7!, {r2-r5}\n\tmov r12, r7\n\tmov r6, lr\n\tldr r6, [r6, #16]\n\tcmp r7, r6\n\tbeq 7f\n\tb 1b\n"
                   "7:\n\t" RNNQ_RESTORE_R9
                   : "+l"(weights), "+l"(sums), "+l"(all), [r9] "=&m"(r9)
                   :
                   : "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

#else

#define LANE(word, shift, x, low, high) \
    "and r12, lr, " word shift "\n\tmul r12, r12, " x "\n\tadd " low ", " low ", r12\n\tadd " high ", " high ", r12, asr #16\n\t"
#define INPUT(word, x) LANE(word, "", x, "r2", "r4") LANE(word, ", lsr #8", x, "r3", "r5")
#define TWO(first, second) \
    "ldmia r0!, {r6, r7}\n\tldrsb r9, [r1, #" first "]\n\tldrsb r10, [r1, #" second "]\n\t" INPUT("r6", "r9") INPUT("r7", "r10")
#define STORE "stmia r12!, {r2-r5}\n\tstr r12, %[out]\n\tldr r10, %[last]\n\tcmp r12, r10\n\tbne 1b\n\t"

/* 4 rows and 4 inputs in 49 cycles. */
static RNNQ_CODE void multiply(int32_t *out, const int8_t *x, const uint32_t *w, int32_t rows, int32_t cols, int32_t add)
{
    const struct args args = args_of(&out[rows], x, cols, add); /* a call may change what is in registers */
    const int8_t *const few = &x[cols % 4];
    register const uint32_t *weights __asm("r0") = w;
    uint32_t r9;

    __asm volatile(RNNQ_SAVE_R9
                   "mov lr, #0x00FF00FF\n"
                   "1:\n\t"
                   "ldr r1, %[x]\n\tldr r11, %[few]\n\tldr r8, %[end]\n\tldr r2, %[low]\n\tldr r4, %[high]\n\t"
                   "mov r3, r2\n\tmov r5, r4\n\tb 3f\n"
                   "2:\n\t" "ldr r6, [r0], #4\n\tldrsb r9, [r1], #1\n\t" INPUT("r6", "r9")
                   "3:\n\t" "cmp r1, r11\n\tbne 2b\n\tcmp r1, r8\n\tbeq 5f\n"
                   "4:\n\t" TWO("0", "1") TWO("2", "3") "add r1, r1, #4\n\tcmp r1, r8\n\tbne 4b\n"
                   "5:\n\t"
                   "sub r2, r2, r4, lsl #16\n\tsub r3, r3, r5, lsl #16\n\tldr r12, %[out]\n\tldr r10, %[add]\n\t"
                   "cmp r10, #0\n\tbne 6f\n\t" STORE "b 7f\n"
                   "6:\n\t"
                   "ldm r12, {r6-r9}\n\tadd r2, r2, r6\n\tadd r3, r3, r7\n\tadd r4, r4, r8\n\tadd r5, r5, r9\n\t" STORE
                   "7:\n\t" RNNQ_RESTORE_R9
                   : "+r"(weights), [out] "+m"(out), [r9] "=&m"(r9)
                   : [x] "m"(x), [few] "m"(few), [end] "m"(args.end), [low] "m"(args.low), [high] "m"(args.high),
                     [add] "m"(args.add), [last] "m"(args.out_end)
                   : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

#endif

#else

static RNNQ_CODE int32_t weight(uint32_t word)
{
    return (int32_t)(word & 255u) - 128;
}

static RNNQ_CODE void multiply(int32_t *out, const int8_t *x, const uint32_t *w, int32_t rows, int32_t cols, int32_t add)
{
    for (int32_t j = 0; j < rows; j += 4) {
        int32_t a = 0;
        int32_t b = 0;
        int32_t c = 0;
        int32_t d = 0;

        for (int32_t i = 0; i < cols; i++) {
            const uint32_t four = w[i];

            a += weight(four) * x[i];
            b += weight(four >> 8) * x[i];
            c += weight(four >> 16) * x[i];
            d += weight(four >> 24) * x[i];
        }
        w += cols;
        out[j] = (add != 0 ? out[j] : 0) + a;
        out[j + 1] = (add != 0 ? out[j + 1] : 0) + b;
        out[j + 2] = (add != 0 ? out[j + 2] : 0) + c;
        out[j + 3] = (add != 0 ? out[j + 3] : 0) + d;
    }
}

#endif

RNNQ_SHARED
void rnnq_matvec_s8_u8x4_c(int32_t *out, const int8_t *x, const uint32_t *w, int32_t rows, int32_t cols, int32_t add)
{
    multiply(out, x, w, rows, cols, add);
}

RNNQ_END_ASSEMBLY
