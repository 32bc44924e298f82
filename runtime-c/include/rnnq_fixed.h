/* Integer arithmetic of docs/numerics.md. Twin of src/fixed/fixed.ts: same names, same order. */
#ifndef RNNQ_FIXED_H
#define RNNQ_FIXED_H

#include <stdint.h>

/* C99 leaves >> of a negative number to the compiler; N1 needs floor division. */
typedef char rnnq_assert_arithmetic_shift[((-1 >> 1) == -1) ? 1 : -1];
/* And what becomes of an unsigned number above INT32_MAX; A6 needs the number modulo 2^32. */
typedef char rnnq_assert_wrapping[((int32_t)0xffffffffu == -1) ? 1 : -1];

/* In front of every function that a step runs, and of every constant that it reads: the section of their own, where a package is
 * for RAM (rnnq compile --place). */
#ifndef RNNQ_CODE
#define RNNQ_CODE
#endif
#ifndef RNNQ_CONSTANTS
#define RNNQ_CONSTANTS
#endif

/* Of these a file calls some. In a package of a single file they are in a source, where clang warns of the others. */
#if defined(__GNUC__)
#define RNNQ_INLINE static inline RNNQ_CODE __attribute__((unused))
#else
#define RNNQ_INLINE static inline RNNQ_CODE
#endif

/* Compilers for Arm may turn a comparison into a branch, and the time then depends on the data. There comparisons are made of
 * signs. Other compilers, and Eva (docs/proof.md), get the comparison, which they understand better. */
#if defined(__arm__) && !defined(RNNQ_BRANCH_FREE)
#define RNNQ_BRANCH_FREE 1
#endif

/* One of two numbers: `yes` where a is below 0. */
RNNQ_INLINE int32_t rnnq_if_negative(int32_t a, int32_t yes, int32_t no)
{
#ifdef RNNQ_BRANCH_FREE
    return no ^ ((yes ^ no) & (a >> 31));
#else
    return a < 0 ? yes : no;
#endif
}

/* The nearest value of [low, high], for all a. */
RNNQ_INLINE int32_t rnnq_clamp(int32_t a, int32_t low, int32_t high)
{
#ifdef RNNQ_BRANCH_FREE
    /* signs of a - low and high - a, which may not fit int32_t: from halves, and the bits that those lost */
    const int32_t below = ((a >> 1) - (low >> 1) - (~a & low & 1)) >> 31;
    const int32_t above = ((high >> 1) - (a >> 1) - (~high & a & 1)) >> 31;

    return (a & ~(below | above)) | (low & below) | (high & above);
#else
    return a < low ? low : (a > high ? high : a);
#endif
}

/* The greatest value up to high; the distance must fit int32_t. */
RNNQ_INLINE int32_t rnnq_at_most(int32_t a, int32_t high)
{
#ifdef RNNQ_BRANCH_FREE
    return high - ((high - a) & ~((high - a) >> 31));
#else
    return a > high ? high : a;
#endif
}

/* The least value from low on; the distance must fit int32_t. */
RNNQ_INLINE int32_t rnnq_at_least(int32_t a, int32_t low)
{
#ifdef RNNQ_BRANCH_FREE
    return low + ((a - low) & ~((a - low) >> 31));
#else
    return a < low ? low : a;
#endif
}

/* The least value from low on, of a number that is at least low - 1; the distance must fit int32_t. */
RNNQ_INLINE int32_t rnnq_at_least_next(int32_t a, int32_t low)
{
#ifdef RNNQ_BRANCH_FREE
    return a - ((a - low) >> 31);
#else
    return rnnq_at_least(a, low);
#endif
}

/* The nearest value of [low, high], for numbers whose distance to the limits fits int32_t. */
RNNQ_INLINE int32_t rnnq_clamp_near(int32_t a, int32_t low, int32_t high)
{
#if defined(__ARM_FEATURE_SAT) && defined(__GNUC__)
    /* the limits are constants where this is called: one of these lines is left */
    if (high == 127 && low == -127) {
        return rnnq_at_least_next((int32_t)__builtin_arm_ssat(a, 8), low);
    }
    if (high == 32767 && low == -32767) {
        return rnnq_at_least_next((int32_t)__builtin_arm_ssat(a, 16), low);
    }
    if (high == 32767 && low == 0) {
        return (int32_t)__builtin_arm_usat(a, 15);
    }
    if (high == 32767 && low > -32767) {
        return rnnq_at_least((int32_t)__builtin_arm_ssat(a, 16), low);
    }
#endif
#ifdef RNNQ_BRANCH_FREE
    return high - rnnq_at_least(high - low - rnnq_at_least(a - low, 0), 0);
#else
    return rnnq_clamp(a, low, high);
#endif
}

/* The nearest value of [-128, 127]; a + 128 must fit int32_t. */
RNNQ_INLINE int32_t rnnq_saturate8(int32_t a)
{
#if defined(__ARM_FEATURE_SAT) && defined(__GNUC__)
    return (int32_t)__builtin_arm_ssat(a, 8);
#else
    return rnnq_clamp_near(a, -128, 127);
#endif
}

/* The same of a number from -128 on. */
RNNQ_INLINE int32_t rnnq_saturate8_above(int32_t a)
{
#if defined(__ARM_FEATURE_SAT) && defined(__GNUC__)
    return (int32_t)__builtin_arm_ssat(a, 8);
#else
    return rnnq_at_most(a, 127);
#endif
}

/* The nearest value of [0, 255]; the distance must fit int32_t. */
RNNQ_INLINE int32_t rnnq_saturate_u8(int32_t a)
{
#if defined(__ARM_FEATURE_SAT) && defined(__GNUC__)
    return (int32_t)__builtin_arm_usat(a, 8);
#else
    return rnnq_clamp_near(a, 0, 255);
#endif
}

/* N1: a / 2^n, ties towards plus infinity; 0 <= n <= 30 and a + 2^(n-1) must fit int32_t. */
RNNQ_INLINE int32_t rnnq_round_shift(int32_t a, int32_t n)
{
#if defined(__ARM_ARCH_6M__) && defined(__GNUC__)
    if (__builtin_constant_p(n) && n > 8) { /* 2^(n-1) would have to be made */
        return ((a >> (n - 1)) + 1) >> 1;
    }
#endif
    return n == 0 ? a : (a + ((int32_t)1 << (n - 1))) >> n;
}

/* N1 for n = m + 1, 0 <= m <= 29, without having to make 2^(n-1). */
RNNQ_INLINE int32_t rnnq_round_shift_more(int32_t a, int32_t m)
{
    return ((a >> m) + 1) >> 1;
}

/* N2, multiplier form: a real scale of m * 2^-(pre + n), products inside int32_t. */
RNNQ_INLINE int32_t rnnq_requantize_multiplier(int32_t a, int32_t pre, int32_t m, int32_t n)
{
    return rnnq_round_shift(rnnq_round_shift(a, pre) * m, n);
}

/* N2, shift form: a real scale of 2^(left - n); a product, because << of a negative number is undefined. */
RNNQ_INLINE int32_t rnnq_requantize_shift(int32_t a, int32_t left, int32_t n)
{
    return rnnq_round_shift(a * ((int32_t)1 << left), n);
}

/* N5: table index of a pre-activation, clamped to the 256 entries; 128 above it must fit int32_t. */
RNNQ_INLINE int32_t rnnq_table_index(int32_t a, int32_t left, int32_t shift)
{
    return rnnq_saturate8(rnnq_round_shift(a * ((int32_t)1 << left), shift));
}

/* A3: floor(a c / 2^16) for a c of 16 bits. */
RNNQ_INLINE int32_t rnnq_multiply_high(int32_t a, int32_t c)
{
#if defined(__ARM_FEATURE_DSP) && defined(__GNUC__)
    int32_t y;
    __asm("smulwb %0, %1, %2" : "=r"(y) : "r"(a), "r"(c));
    return y;
#else
    return (a >> 16) * c + (((a & 0xffff) * c) >> 16);
#endif
}

/* Bits above the highest one that is set; 32 for 0. Where there is no instruction for it, a search without branches, whose
 * masks change nothing: they say how many bits are left. */
RNNQ_INLINE int32_t rnnq_leading_zeros(uint32_t a)
{
#if defined(__GNUC__) && (!defined(__arm__) || defined(__ARM_FEATURE_CLZ)) && !defined(__FRAMAC__)
    return a == 0u ? 32 : (int32_t)__builtin_clz(a);
#else
    const uint32_t s4 = (uint32_t)(a > 0xffffu) << 4;
    const uint32_t a4 = (a >> s4) & 0xffffu;
    const uint32_t s3 = (uint32_t)(a4 > 0xffu) << 3;
    const uint32_t a3 = (a4 >> s3) & 0xffu;
    const uint32_t s2 = (uint32_t)(a3 > 0xfu) << 2;
    const uint32_t a2 = (a3 >> s2) & 0xfu;
    const uint32_t s1 = (uint32_t)(a2 > 3u) << 1;
    const uint32_t a1 = (a2 >> s1) & 3u;

    return 32 - (int32_t)(s4 + s3 + s2 + s1 + a1) + (int32_t)((a1 + 1u) >> 2);
#endif
}

/* The lower 16 bits as a signed number. */
RNNQ_INLINE int32_t rnnq_lower_half(int32_t a)
{
    return ((a & 0xffff) ^ 0x8000) - 0x8000;
}

/* A6: the upper 16 bits of z * 2^shift, whose upper bits are no sign: 0 <= shift <= 30. Eva follows halves better. */
RNNQ_INLINE int32_t rnnq_upper_half(int32_t z, int32_t shift)
{
#ifdef __FRAMAC__
    /* from 16 on nothing is left to shift right */
    const int32_t right = rnnq_at_least(16 - shift, 0);
    const int32_t factor = (int32_t)1 << rnnq_at_least(shift - 16, 0);

    return rnnq_lower_half(rnnq_lower_half(z >> right) * factor);
#else
    return (int32_t)((uint32_t)z << shift) >> 16;
#endif
}

/* N6: place of a * 2^left in a table, the lowest `shift` bits of it between two entries. The distance to its limits must fit
 * int32_t. */
RNNQ_INLINE int32_t rnnq_table_position(int32_t a, int32_t left, int32_t shift)
{
    const int32_t position = a * ((int32_t)1 << left);

#if defined(__ARM_FEATURE_SAT) && defined(__GNUC__)
    /* the shift is a constant where this is called: one of these lines is left */
    if (shift == 6) {
        return (int32_t)__builtin_arm_ssat(position, 14);
    }
    if (shift == 7) {
        return (int32_t)__builtin_arm_ssat(position, 15);
    }
    if (shift == 8) {
        return (int32_t)__builtin_arm_ssat(position, 16);
    }
#endif
    return rnnq_clamp_near(position, -128 * ((int32_t)1 << shift), ((int32_t)128 << shift) - 1);
}

/* N6: the value at a position between two entries. */
RNNQ_INLINE int32_t rnnq_table_line(int32_t low, int32_t high, int32_t position, int32_t shift)
{
    const int32_t value = low + rnnq_round_shift((high - low) * (position & (((int32_t)1 << shift) - 1)), shift);

#ifdef __FRAMAC__
    /* between its ends, which intervals do not show (docs/proof.md) */
    return low < high ? rnnq_clamp(value, low, high) : rnnq_clamp(value, high, low);
#else
    return value;
#endif
}

#endif
