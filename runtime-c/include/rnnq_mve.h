/* What kernels for Helium have in common: 4 rows at a time, whose sums are in r4, r6, r8 and r10. */
#ifndef RNNQ_MVE_H
#define RNNQ_MVE_H

#include "rnnq.h"
#include "rnnq_matrix.h"

#if defined(__ARM_FEATURE_MVE)

#include <arm_mve.h>

#if defined(RNNQ_ASSEMBLY)

#define RNNQ_MVE_ADD_ROWS \
    "ldr r12, [%[out]]\n\tadd r4, r4, r12\n\tldr r12, [%[out], #4]\n\tadd r6, r6, r12\n\t" \
    "ldr r12, [%[out], #8]\n\tadd r8, r8, r12\n\tldr r12, [%[out], #12]\n\tadd r10, r10, r12\n\t"
#define RNNQ_MVE_STORE_ROWS "stmia %[out]!, {r4, r6, r8, r10}\n\tcmp %[out], %[end]\n\t"
#define RNNQ_MVE_OPERANDS \
    : [out] "+r"(out), [w] "+r"(w), [p] "=&r"(p) \
    : [x] "r"(x), [cols] "r"(cols), [end] "r"(&out[rows]) \
    : "r4", "r6", "r8", "r10", "r12", "lr", "q0", "q1", "q2", "cc", "memory"

#endif

#endif

#endif
