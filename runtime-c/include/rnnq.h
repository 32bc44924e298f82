/* The kernels of rnnq: integers only, no allocation, no globals, no library beyond stdint.h.
 * Name: rnnq_<op>_<types>[_<form>]_<isa>. Arguments: output, inputs, weights, then parameters.
 * N1 to N9 are the sections of docs/numerics.md. An output may take the place of an input only where it says so. */
#ifndef RNNQ_H
#define RNNQ_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* out_j = a_j + bias_j (N4). out may be a. */
void rnnq_accumulate_s32_c(int32_t *out, const int32_t *a, const int32_t *bias, int32_t length);

/* out_j = a_j + b_j. out may be a or b. */
void rnnq_add_s32_c(int32_t *out, const int32_t *a, const int32_t *b, int32_t length);

/* out_j = clamp(roundShift(a_j * m_j + bias_j, n_j), low, high) (N9). out may be a. */
void rnnq_affine_s8_c(int8_t *out, const int8_t *a, const int16_t *m, const uint8_t *n, const int32_t *bias,
                      int32_t length, int32_t low, int32_t high);

/* Lowest index of the maximum of y[0..length) (N9); length >= 1. */
int32_t rnnq_argmax_s16_c(const int16_t *y, int32_t length);

/* out_j = w_jk * 2^fraction for k = symbol[0]; 0 where k is outside 0 .. cols - 1 (N9). 4-bit weights, two to a byte,
 * lower half first, column after column; a column takes ceil(rows / 2) bytes. */
void rnnq_gather_s4_c(int32_t *out, const int16_t *symbol, const uint8_t *w, int32_t rows, int32_t cols,
                      int32_t fraction);

/* The same with 8-bit weights, column after column. */
void rnnq_gather_s8_c(int32_t *out, const int16_t *symbol, const int8_t *w, int32_t rows, int32_t cols,
                      int32_t fraction);

/* The same with ternary weights, four to a byte as in rnnq_matvec_s8_t2_c; a column takes ceil(rows / 4) bytes. */
void rnnq_gather_t2_c(int32_t *out, const int16_t *symbol, const uint8_t *w, int32_t rows, int32_t cols,
                      int32_t fraction);

/* out_j = clamp(clamp(a_j, -limit, limit) * 2^left + offset, low, high), a piecewise-linear gate (N6). out may be a. */
void rnnq_hard_s16_c(int16_t *out, const int16_t *a, int32_t length, int32_t left, int32_t offset, int32_t limit,
                     int32_t low, int32_t high);

/* out_j = clamp(clamp(a_j, -limit, limit) * 2^left + offset, low, high), a piecewise-linear gate (N6). */
void rnnq_hard_s32_c(int16_t *out, const int32_t *a, int32_t length, int32_t left, int32_t offset, int32_t limit,
                     int32_t low, int32_t high);

/* out_j = clamp(n_j + roundShift(z_j * (h_j - n_j), 15), low, high), the GRU state update (N7). out may be any input. */
void rnnq_lerp_s16_c(int16_t *out, const int16_t *n, const int16_t *z, const int16_t *h, int32_t length, int32_t low,
                     int32_t high);

/* out_j = table[clamp(roundShift(a_j * 2^left, shift), -128, 127) + 128] (N5, N6). out may be a. */
void rnnq_lut_s16_c(int16_t *out, const int16_t *a, const int16_t table[256], int32_t length, int32_t left,
                    int32_t shift);

/* out_j = table[clamp(roundShift(a_j * 2^left, shift), -128, 127) + 128] (N5, N6). */
void rnnq_lut_s32_c(int16_t *out, const int32_t *a, const int16_t table[256], int32_t length, int32_t left,
                    int32_t shift);

/* out_j = sum_i w_ji x_i, weights -1 and +1 in one bit (1 = +1), least significant first; a row takes ceil(cols / 8)
 * bytes. The sum is twice that over the bits that are 1, minus the sum of x. */
void rnnq_matvec_s8_b1_c(int32_t *out, const int8_t *x, const uint8_t *w, int32_t rows, int32_t cols);

/* out_j = sum_i w_ji x_i, weights 0 and +-2^k, k = 0 .. 6, in four bits: a sign (8) and k + 1, or 0; lower half of a byte
 * first; a row takes ceil(cols / 2) bytes. */
void rnnq_matvec_s8_e7_c(int32_t *out, const int8_t *x, const uint8_t *w, int32_t rows, int32_t cols);

/* out_j = sum_i w_ji x_i, 4-bit weights in two's complement, two to a byte, lower half first; a row takes ceil(cols / 2)
 * bytes. */
void rnnq_matvec_s8_s4_c(int32_t *out, const int8_t *x, const uint8_t *w, int32_t rows, int32_t cols);

/* out_j = sum_i w_ji x_i, 8-bit weights, row after row. */
void rnnq_matvec_s8_s8_c(int32_t *out, const int8_t *x, const int8_t *w, int32_t rows, int32_t cols);

/* out_j = sum_i w_ji x_i, ternary weights, four to a byte, least significant pair first;
 * a row takes ceil(cols / 4) bytes. Pairs are two's complement: 0, 1, 3 = -1. */
void rnnq_matvec_s8_t2_c(int32_t *out, const int8_t *x, const uint8_t *w, int32_t rows, int32_t cols);

/* out_j = sum_i w_ji x_i, weights of `planes` ternary planes: w = t_0 + 2 t_1 + 4 t_2 .. A row holds its planes one after
 * the other, each as in rnnq_matvec_s8_t2_c. */
void rnnq_matvec_s8_t2p_c(int32_t *out, const int8_t *x, const uint8_t *w, int32_t rows, int32_t cols,
                          int32_t planes);

/* out_j = roundShift(a_j * b_j, shift); the caller proves that it fits. Out is neither input. */
void rnnq_mul_s16s16s32_c(int32_t *out, const int16_t *a, const int16_t *b, int32_t length, int32_t shift);

/* out_j = roundShift(a_j * b_j, shift); the caller proves that it fits. Out is neither input. */
void rnnq_mul_s16s16s8_c(int8_t *out, const int16_t *a, const int16_t *b, int32_t length, int32_t shift);

/* out_j = roundShift(a_j * b_j, shift); the caller proves that it fits. Out may be b. */
void rnnq_mul_s16s32s32_c(int32_t *out, const int16_t *a, const int32_t *b, int32_t length, int32_t shift);

/* out_j = clamp(roundShift(a_j, shift), low, high); [low, high] lies inside the type of out. out may be a. */
void rnnq_narrow_s16s16_c(int16_t *out, const int16_t *a, int32_t length, int32_t shift, int32_t low, int32_t high);

/* out_j = clamp(roundShift(a_j, shift), low, high); [low, high] lies inside the type of out. */
void rnnq_narrow_s16s8_c(int8_t *out, const int16_t *a, int32_t length, int32_t shift, int32_t low, int32_t high);

/* out_j = clamp(roundShift(a_j, shift), low, high); [low, high] lies inside the type of out. */
void rnnq_narrow_s32s16_c(int16_t *out, const int32_t *a, int32_t length, int32_t shift, int32_t low, int32_t high);

/* out_j = clamp(roundShift(a_j, shift), low, high); [low, high] lies inside the type of out. */
void rnnq_narrow_s32s8_c(int8_t *out, const int32_t *a, int32_t length, int32_t shift, int32_t low, int32_t high);

/* out_j = clamp(roundShift(a_j, shift), low, high); [low, high] lies inside the type of out. */
void rnnq_narrow_s8s16_c(int16_t *out, const int8_t *a, int32_t length, int32_t shift, int32_t low, int32_t high);

/* out_j = clamp(roundShift(a_j, shift), low, high); [low, high] lies inside the type of out. out may be a. */
void rnnq_narrow_s8s8_c(int8_t *out, const int8_t *a, int32_t length, int32_t shift, int32_t low, int32_t high);

/* out_j = clamp(roundShift(roundShift(a_j, pre) * m_j, n_j), low, high) (N2). out may be a. */
void rnnq_requantize_s32_multiplier_c(int32_t *out, const int32_t *a, const int16_t *m, const uint8_t *n,
                                      int32_t length, int32_t pre, int32_t low, int32_t high);

/* out_j = clamp(roundShift(a_j * 2^left, n_j), low, high) (N2). out may be a. */
void rnnq_requantize_s32_shift_c(int32_t *out, const int32_t *a, const uint8_t *n, int32_t length, int32_t left,
                                 int32_t low, int32_t high);

#ifdef __cplusplus
}
#endif

#endif
