/* The kernels of rnnq: integers only, no allocation, no globals, no library beyond stdint.h.
 * Name: rnnq_<op>_<types>[_<packing>]_<isa>. Arguments: output, input, weights, working memory, then parameters.
 * Products of a matrix with a vector overwrite the output, or add to it where `add` is not 0; the caller proves that
 * every sum fits. N1 to N9 are the sections of docs/numerics.md. */
#ifndef RNNQ_H
#define RNNQ_H

#include <stdint.h>

#include "rnnq_fixed.h"

/* Inner loops in assembly, for the core that a file is compiled for; otherwise the same in C. Other compilers keep registers
 * for themselves that the assembly needs, and so does gcc without optimization or for position-independent code.
 * -DRNNQ_NO_ASSEMBLY turns it off. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__) && !defined(__PIC__) && !defined(RNNQ_NO_ASSEMBLY)
#define RNNQ_ASSEMBLY
#endif

/* Around the functions of a file with assembly. It needs r7, the frame pointer of -fno-omit-frame-pointer, and finds its
 * variables from the stack pointer. The second option is what gcc has chosen for Armv6-M, and forgets here. */
#if defined(RNNQ_ASSEMBLY) && defined(__arm__)
#if defined(__thumb2__)
#define RNNQ_BEGIN_ASSEMBLY _Pragma("GCC push_options") _Pragma("GCC optimize(\"omit-frame-pointer\")")
#else
#define RNNQ_BEGIN_ASSEMBLY \
    _Pragma("GCC push_options") _Pragma("GCC optimize(\"omit-frame-pointer\", \"no-schedule-insns\")")
#endif
#define RNNQ_END_ASSEMBLY _Pragma("GCC pop_options")
#else
#define RNNQ_BEGIN_ASSEMBLY
#define RNNQ_END_ASSEMBLY
#endif

/* First in assembly for every core: gcc reads that of Armv6-M in its old syntax unless told otherwise. */
#define RNNQ_UNIFIED ".syntax unified\n\t"

/* First and last in assembly that uses r9, which gcc does not save under -ffixed-r9. */
#if defined(__thumb2__)
#define RNNQ_SAVE_R9 "str r9, %[r9]\n\t"
#define RNNQ_RESTORE_R9 "ldr r9, %[r9]\n\t"
#else
#define RNNQ_SAVE_R9 RNNQ_UNIFIED "mov r3, r9\n\tstr r3, %[r9]\n\t"
#define RNNQ_RESTORE_R9 "ldr r3, %[r9]\n\tmov r9, r3\n\t"
#endif

/* In front of a function that writes through its arguments. gcc 12 can take such a function for one without effects, where
 * it does not inline it, and leave out the calls that it sees in the same unit (docs/decisions/0014). */
#if defined(__GNUC__) && __GNUC__ >= 8 && !defined(__clang__)
#define RNNQ_KEPT __attribute__((noipa))
#else
#define RNNQ_KEPT
#endif

/* In front of the definition of a kernel. Every package brings the kernels that it calls; where several are linked into one
 * program, the linker keeps one of each. Elsewhere (COFF) weak functions are not found in libraries. */
#if defined(__GNUC__) && (defined(__ELF__) || defined(__APPLE__))
#define RNNQ_SHARED RNNQ_CODE __attribute__((weak))
#else
#define RNNQ_SHARED RNNQ_CODE
#endif

/* In front of a short loop: four turns at a time. */
#if defined(__GNUC__) && __GNUC__ >= 8 && !defined(__clang__)
#define RNNQ_UNROLL4 _Pragma("GCC unroll 4")
#else
#define RNNQ_UNROLL4
#endif

/* In weights as code: gcc must not load inputs much earlier than it adds them, or the sums leave their registers. */
#ifdef RNNQ_ASSEMBLY
#define RNNQ_IN_ORDER __asm volatile("" ::: "memory")
#else
#define RNNQ_IN_ORDER ((void)0)
#endif

/* What restrict says, where C++ has no word for it. */
#ifdef __cplusplus
#define RNNQ_RESTRICT
#else
#define RNNQ_RESTRICT restrict
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Lowest index of the maximum of y[0..length) (N9); length >= 1. */
int32_t rnnq_argmax_s16_c(const int16_t *y, int32_t length);

/* a[0..a_length), then b[0..b_length). */
RNNQ_KEPT void rnnq_concat_s8_c(int8_t *RNNQ_RESTRICT out, const int8_t *RNNQ_RESTRICT a,
                                const int8_t *RNNQ_RESTRICT b, int32_t a_length, int32_t b_length);

/* The same of s16 vectors. */
RNNQ_KEPT void rnnq_concat_s16_c(int16_t *RNNQ_RESTRICT out, const int16_t *RNNQ_RESTRICT a,
                                 const int16_t *RNNQ_RESTRICT b, int32_t a_length, int32_t b_length);

/* N14: the score of the input codes x with the prediction p of them: the mean, over about 2^smoothing steps, of the sum of squares
 * of x * 2^x_left - p * 2^p_left, each shifted right by `shift`. Counts downwards from 0 in the first `ahead` steps. */
RNNQ_KEPT void rnnq_score_s8_c(int32_t *score, const int8_t *x, const int16_t *p, int32_t length, int32_t x_left,
                               int32_t p_left, int32_t shift, int32_t smoothing, int32_t ahead);

/* The same of s16 codes. */
RNNQ_KEPT void rnnq_score_s16_c(int32_t *score, const int16_t *x, const int16_t *p, int32_t length, int32_t x_left,
                                int32_t p_left, int32_t shift, int32_t smoothing, int32_t ahead);

/* Moves line[0..length) to the front by `count` elements and puts b[0..count) behind them; count <= length. */
RNNQ_KEPT void rnnq_delay_s16_c(int16_t *line, const int16_t *b, int32_t length, int32_t count);

/* The same of s8 elements. */
RNNQ_KEPT void rnnq_delay_s8_c(int8_t *line, const int8_t *b, int32_t length, int32_t count);

/* N15: counts an input: 1 while count[0] is below first - 1 before it, otherwise 0, and count[0] becomes first - stride. */
RNNQ_KEPT int32_t rnnq_wait_s16_c(int16_t *count, int32_t first, int32_t stride);

/* out_j = the largest of a_j, a_(length + j), a_(2 length + j) .. of `count` vectors of a; count >= 1. */
RNNQ_KEPT void rnnq_pool_max_s8_c(int8_t *out, const int8_t *a, int32_t count, int32_t length);

/* The same of s16 elements. */
RNNQ_KEPT void rnnq_pool_max_s16_c(int16_t *out, const int16_t *a, int32_t count, int32_t length);

/* Their sum. */
RNNQ_KEPT void rnnq_pool_sum_s8_c(int32_t *out, const int8_t *a, int32_t count, int32_t length);

/* The same of s16 elements. */
RNNQ_KEPT void rnnq_pool_sum_s16_c(int32_t *out, const int16_t *a, int32_t count, int32_t length);

/* N16: out_j = a_j within -limit .. limit, or `initial` where count[0] <= 0. */
RNNQ_KEPT void rnnq_resume_s8_c(int8_t *out, const int8_t *a, const int16_t *count, int32_t length, int32_t initial,
                                int32_t limit);

/* The same of s16 elements. */
RNNQ_KEPT void rnnq_resume_s16_c(int16_t *out, const int16_t *a, const int16_t *count, int32_t length, int32_t initial,
                                 int32_t limit);

/* The same of s32 elements. */
RNNQ_KEPT void rnnq_resume_s32_c(int32_t *out, const int32_t *a, const int16_t *count, int32_t length, int32_t initial,
                                 int32_t limit);

/* N17: counts an input of a window: count[0] + 1, or 0 where that is `length` or more. */
RNNQ_KEPT void rnnq_count_s16_c(int16_t *count, int32_t length);

/* N17: held[0..length) becomes x[0..length) where count[0] <= 0. */
RNNQ_KEPT void rnnq_hold_s8_c(int8_t *held, const int8_t *x, const int16_t *count, int32_t length);

/* The same of s16 elements. */
RNNQ_KEPT void rnnq_hold_s16_c(int16_t *held, const int16_t *x, const int16_t *count, int32_t length);

/* The same of s32 elements. */
RNNQ_KEPT void rnnq_hold_s32_c(int32_t *held, const int32_t *x, const int16_t *count, int32_t length);

/* out_j = w_jk * 2^fraction for k = symbol[0]; 0 where k is outside 0 .. cols - 1 (N9). 4-bit weights, two to a byte,
 * lower half first, column after column; a column takes ceil(rows / 2) bytes. */
RNNQ_KEPT void rnnq_gather_s4_c(int32_t *out, const int16_t *symbol, const uint8_t *w, int32_t rows,
                                int32_t cols, int32_t fraction);

/* The same with 8-bit weights, column after column. */
RNNQ_KEPT void rnnq_gather_s8_c(int32_t *out, const int16_t *symbol, const int8_t *w, int32_t rows,
                                int32_t cols, int32_t fraction);

/* The same with ternary weights, four to a byte, least significant pair first; a column takes ceil(rows / 4) bytes. Pairs
 * are two's complement: 0, 1, 3 = -1. */
RNNQ_KEPT void rnnq_gather_ternary_c(int32_t *out, const int16_t *symbol, const uint8_t *w, int32_t rows,
                                int32_t cols, int32_t fraction);

/* out_j = sum_i w_ji x_i, weights in 1, 2 or 4 bits: (w + 1) / 2 of binary ones, w + 1 of ternary ones, w + 8 of 4-bit ones. A
 * word holds those of 8 rows for 4 / bits inputs: in its lower half rows 0 to 3, the first input and row lowest, in its
 * upper half rows 4 to 7; 8 rows after 8 rows. rows is a multiple of 8. */
RNNQ_KEPT void rnnq_matvec_s8_swar8_c(int32_t *out, const int8_t *x, const uint32_t *w, int32_t rows,
                                   int32_t cols, int32_t bits, int32_t add);

/* out_j = sum_i w_ji x_i, weights 0 and +-2^k, k = 0 .. 6, in four bits: a sign (8) and k + 1, or 0. A word holds those of 4
 * rows for 2 inputs, the first row of the first input lowest; 4 rows after 4 rows. rows is a multiple of 4. */
RNNQ_KEPT void rnnq_matvec_s8_pow2_c(int32_t *out, const int8_t *x, const uint32_t *w, int32_t rows,
                                   int32_t cols, int32_t add);

/* out_j = sum_i w_ji x_i, ternary weights of few non-zeros: for each row the number of its weights -1 and their columns, then
 * the same for its weights +1; all in bytes, so there are at most 256 columns and 255 of a list. */
RNNQ_KEPT void rnnq_matvec_s8_ternary_csr_c(int32_t *out, const int8_t *x, const uint8_t *w, int32_t rows,
                                   int32_t add);

/* out_j = sum_i w_ji x_i, ternary weights, a byte for 4 of them: twice the place of their sum in a table of 90 entries.
 * Tables of `block` groups of 4 inputs at a time lie in work: 90 * block entries, on a word's boundary. Weights: for each
 * such block of inputs, for each 8 rows, for each group of 4 inputs a byte of each row, 4 in a word. rows is a multiple of 8. */
RNNQ_KEPT void rnnq_matvec_s8_ternary_lut4_c(int32_t *out, const int8_t *x, const uint32_t *w, uint16_t *work,
                                   int32_t rows, int32_t cols, int32_t block, int32_t add);

/* The same with 5 weights a byte: the place of their sum in a table of 252 entries, for each 4 rows; rows is a multiple of 4. */
RNNQ_KEPT void rnnq_matvec_s8_ternary_lut5_c(int32_t *out, const int8_t *x, const uint32_t *w, uint16_t *work,
                                   int32_t rows, int32_t cols, int32_t block, int32_t add);

/* out_j = sum_i w_ji x_i, ternary weights for cores with the DSP extension: 16 to a word, a lower row k and an upper row l
 * of every 8 for 8 inputs, u + 2^14 v in lanes of 16 bits with u = w_k + 1, v = w_l, four times 4 bits apart. Inputs go in
 * blocks of flush, a multiple of 8 for which |sum w_k x| < 2^13 in every block; weights lie block after block, 8 rows after 8
 * rows. The lower rows are the first 4 of 8; with ordered = 1 a word follows the weights of every 8 rows, and is 1 where they
 * are the last 4. rows is a multiple of 8. Work: 4 words for each 8 inputs of a block. */
RNNQ_KEPT void rnnq_matvec_s8_ternary_rowpair_dsp(int32_t *out, const int8_t *x, const uint32_t *w,
                                      uint32_t *work, int32_t rows, int32_t cols, int32_t flush,
                                      int32_t ordered, int32_t add);

/* out_j = sum_i w_ji x_i, ternary weights for cores with Helium: a byte holds 4 rows' weights of one input as
 * t0 + 4 t1 + 16 t2 + 64 t3; 4 rows after 4 rows, inputs padded to a multiple of 16, and 16 bytes
 * that are read but not used. rows is a multiple of 4. */
RNNQ_KEPT void rnnq_matvec_s8_ternary_base4_mve(int32_t *out, const int8_t *x, const int8_t *w, int32_t rows,
                                      int32_t cols, int32_t add);

/* out_j = sum_i w_ji x_i, weights of up to 8 bits, each plus 128; a word holds those of 4 rows for one input, the first row
 * lowest; 4 rows after 4 rows, input after input. rows is a multiple of 4. */
RNNQ_KEPT void rnnq_matvec_s8_u8x4_c(int32_t *out, const int8_t *x, const uint32_t *w, int32_t rows,
                                   int32_t cols, int32_t add);

/* out_j = sum_i w_ji x_i, 4-bit weights for cores with the DSP extension: a word holds 8 of a row, each plus 8, of the inputs
 * 0, 1, 4, 5, 2, 3, 6, 7 from the lowest bits on; for each 4 rows and each 8 inputs 4 words. rows is a multiple of 4. Work: 4
 * words for each 8 inputs. */
RNNQ_KEPT void rnnq_matvec_s8_s4_dsp(int32_t *out, const int8_t *x, const uint32_t *w,
                                     uint32_t *work, int32_t rows, int32_t cols, int32_t add);

/* The same with weights 0 and +-2^k as in rnnq_matvec_s8_pow2_c, of the inputs 0, 2, 1, 3, 4, 6, 5, 7 from the lowest bits
 * on. */
RNNQ_KEPT void rnnq_matvec_s8_pow2_dsp(int32_t *out, const int8_t *x, const uint32_t *w,
                                     uint32_t *work, int32_t rows, int32_t cols, int32_t add);

/* The same with weights of up to 8 bits, 4 to a word, the first lowest, in two's complement. Work: 2 words for each 4 inputs. */
RNNQ_KEPT void rnnq_matvec_s8_s8_dsp(int32_t *out, const int8_t *x, const uint32_t *w,
                                     uint32_t *work, int32_t rows, int32_t cols, int32_t add);

/* out_j = sum_i w_ji x_i, weights of up to 8 bits for cores with Helium: for each 4 rows and each 16 inputs 4 vectors. rows
 * is a multiple of 4, inputs are padded with zeros to a multiple of 16. */
RNNQ_KEPT void rnnq_matvec_s8_s8_mve(int32_t *out, const int8_t *x, const int8_t *w, int32_t rows,
                                     int32_t cols, int32_t add);

/* out_j = sum_i w_ji x_i, 8-bit weights, row after row. */
RNNQ_KEPT void rnnq_matvec_s8_s8_c(int32_t *out, const int8_t *x, const int8_t *w, int32_t rows,
                                   int32_t cols, int32_t add);

/* The same of an s16 x, weights as in the kernels of an s8 x of the same form. */
RNNQ_KEPT void rnnq_matvec_s16_binary_c(int32_t *out, const int16_t *x, const uint8_t *w, int32_t rows,
                                    int32_t cols, int32_t add);
RNNQ_KEPT void rnnq_matvec_s16_pow2_c(int32_t *out, const int16_t *x, const uint8_t *w, int32_t rows,
                                    int32_t cols, int32_t add);
RNNQ_KEPT void rnnq_matvec_s16_u8x4_c(int32_t *out, const int16_t *x, const uint32_t *w, int32_t rows,
                                    int32_t cols, int32_t add);
RNNQ_KEPT void rnnq_matvec_s16_s4_c(int32_t *out, const int16_t *x, const uint8_t *w, int32_t rows,
                                    int32_t cols, int32_t add);
RNNQ_KEPT void rnnq_matvec_s16_s8_c(int32_t *out, const int16_t *x, const int8_t *w, int32_t rows,
                                    int32_t cols, int32_t add);
RNNQ_KEPT void rnnq_matvec_s16_ternary_c(int32_t *out, const int16_t *x, const uint8_t *w, int32_t rows,
                                    int32_t cols, int32_t add);

/* out_j = sum_i w_ji x_i, ternary weights, a byte for 4 of them: the place of their sum in a table of 81 entries,
 * d0 + 3 d1 + 9 d2 + 27 d3 with digits 0, 1, 2 for the weights 0, 1, -1, of `block` groups of 4 inputs at a time. Weights: for
 * each such block, for each 4 rows, for each group of 4 inputs 4 bytes. rows is a multiple of 4. Work: 81 * block entries. */
RNNQ_KEPT void rnnq_matvec_s16_ternary_lut4_c(int32_t *out, const int16_t *x, const uint8_t *w, int32_t *work,
                                    int32_t rows, int32_t cols, int32_t block, int32_t add);

/* out_j = sum_i w_ji x_i, ternary weights for cores with the DSP extension: a word holds 16 of a row, each plus 1, inputs 2k
 * and 2k + 1 at bits 2k and 16 + 2k; for each 4 rows and each 16 inputs 4 words. rows is a multiple of 4. Work: 4 words for
 * each 8 inputs. */
RNNQ_KEPT void rnnq_matvec_s16_ternary_u2x16_dsp(int32_t *out, const int16_t *x, const uint32_t *w,
                                       uint32_t *work, int32_t rows, int32_t cols, int32_t add);

/* out_j = sum_i w_ji x_i, weights of up to 8 bits for cores with the DSP extension: a word holds 4 of a row, those of inputs
 * 0, 2, 1, 3 in its bytes; for each 4 rows and each 4 inputs 4 words. rows is a multiple of 4. Work: 2 words for each 4
 * inputs. */
RNNQ_KEPT void rnnq_matvec_s16_s8_dsp(int32_t *out, const int16_t *x, const uint32_t *w,
                                      uint32_t *work, int32_t rows, int32_t cols, int32_t add);

/* out_j = sum_i w_ji x_i, weights of up to 8 bits for cores with Helium: for each 4 rows and each 8 inputs 8 bytes of every
 * row. rows is a multiple of 4, inputs are padded with zeros to a multiple of 8. */
RNNQ_KEPT void rnnq_matvec_s16_s8_mve(int32_t *out, const int16_t *x, const int8_t *w, int32_t rows,
                                      int32_t cols, int32_t add);

/* Front ends (A1 to A8 of docs/numerics.md): int16 samples to the logarithms of powers in bands. Sizes are powers of two. */

/* Writes x[from..to) into a ring of `size` samples from `at` on; returns the place behind the last. Any `at` stays inside. */
RNNQ_KEPT int32_t rnnq_ring_s16_c(int16_t *ring, int32_t at, const int16_t *x, int32_t from, int32_t to, int32_t size);

/* A1, A2: the last `length` samples in front of `at`, times a window in Q14, shifted right by `shift`, and the first stage of
 * their transform as size / 2 complex numbers. order: where the results of each 4 numbers go, size / 8 places. */
RNNQ_KEPT void rnnq_window_s16_c(int32_t *z, const int16_t *ring, int32_t at, const int16_t *window,
                                 const uint8_t *order, int32_t size, int32_t length, int32_t shift);

/* A4, A5: the other stages, and the spectrum of `size` real samples of it: size / 2 + 1 complex numbers, real part first.
 * odd = 1: a stage of radix 2 comes first, then `stages` of radix 4. Factors are words, the cosine in the lower half and the
 * sine in the upper one. */
RNNQ_KEPT void rnnq_transform_s32_c(int32_t *z, const uint32_t *twiddles, const uint32_t *halves, int32_t size,
                                    int32_t odd, int32_t stages);

/* A8: log2(a) - 31, Q10, of a number above 0; log2(1 + i / 32), Q10, for i = 0 .. 32 are in the table. */
RNNQ_KEPT int32_t rnnq_logarithm_u32_c(uint32_t a, const uint16_t *logarithms);

/* A6 to A8: log2, Q10, of the power in each band. z: the first bin of the first segment; bins: how many each of the bands + 1
 * segments has; weights: of each bin in the band that rises there, Q12; logarithms: 33 entries. */
RNNQ_KEPT void rnnq_bands_s32_c(int32_t *values, const int32_t *z, const uint16_t *bins, const uint16_t *weights,
                                const uint16_t *logarithms, int32_t bands, int32_t power_shift, int32_t max_shift,
                                uint32_t floor, int32_t offset);

/* A10: the rounded mean of each 2^shift time samples of `channels` interleaved values, of which `phase` are in the sums already;
 * returns how many means were written. out may be x, here and below. */
RNNQ_KEPT int32_t rnnq_decimate_s16_c(int16_t *out, const int16_t *x, int32_t *sums, int32_t phase, int32_t count,
                                      int32_t channels, int32_t shift);

/* A11: samples less their slow means. */
RNNQ_KEPT void rnnq_highpass_s16_c(int16_t *out, const int16_t *x, int32_t *means, int32_t count, int32_t channels,
                                   int32_t shift);

/* A12: half the log2, Q10, of the sum of squares of up to 3 channels and the floor. */
RNNQ_KEPT void rnnq_magnitude_s16_c(int16_t *out, const int16_t *x, const uint16_t *logarithms, int32_t count,
                                    int32_t channels, uint32_t floor);

/* D1 to D3: the margin of the largest logit over the second, the smoothed margins of all classes, 8 fraction bits, and the
 * class of the largest one that is at least `threshold`, or -1. classes >= 2; background: a class that is never found, or `classes`. */
RNNQ_KEPT int32_t rnnq_margin_s16_c(int32_t *smoothed, int32_t *margin, const int16_t *y, int32_t classes,
                                    int32_t background, int32_t smoothing, int32_t threshold);

/* D5: the set of outputs, up to 32, that are reported now; the margins of their logits over `levels`, smoothed, 8 fraction bits,
 * and the largest margin; `wait`: the steps in which an output is not reported. */
RNNQ_KEPT uint32_t rnnq_flags_s16_c(int32_t *smoothed, uint16_t *wait, int32_t *margin, const int16_t *y,
                                    const int16_t *levels, const uint16_t *thresholds, const uint16_t *refractory,
                                    int32_t outputs, int32_t smoothing);

#ifdef __cplusplus
}
#endif

#endif
