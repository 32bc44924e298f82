#include "rnnq.h"
#include "rnnq_butterfly.h"

#if defined(__ARM_FEATURE_MVE)
#include <arm_mve.h>
#define HELIUM
#endif

RNNQ_BEGIN_ASSEMBLY

#if defined(HELIUM)
/* The same of four numbers at a time. Factors in the upper halves of words make of A3 the upper half of a product. */
struct numbers {
    int32x4_t re;
    int32x4_t im;
};

/* gcc 12 would step the addresses of loads and stores of pairs by a register, which the instructions cannot: it must not know
 * that they follow each other. */
#define HIDE(address) __asm("" : "+r"(address))

static inline RNNQ_CODE struct numbers load(const int32_t *z)
{
    int32x4x2_t pairs;
    struct numbers y;

    HIDE(z);
    pairs = vld2q_s32(z);
    y.re = pairs.val[0];
    y.im = pairs.val[1];
    return y;
}

static inline RNNQ_CODE void store(int32_t *z, int32x4_t re, int32x4_t im)
{
    int32x4x2_t pairs;

    HIDE(z);
    pairs.val[0] = re;
    pairs.val[1] = im;
    vst2q_s32(z, pairs);
}

static inline RNNQ_CODE struct numbers rotate4(struct numbers z, uint32x4_t w)
{
    const int32x4_t c = vreinterpretq_s32_u32(vshlq_n_u32(w, 16));
    const int32x4_t s = vreinterpretq_s32_u32(vandq_u32(w, vdupq_n_u32(0xffff0000u)));
    const struct numbers y = {vaddq_s32(vmulhq_s32(z.re, c), vmulhq_s32(z.im, s)),
                              vsubq_s32(vmulhq_s32(z.im, c), vmulhq_s32(z.re, s))};

    return y;
}

static RNNQ_CODE void stage2(int32_t *z, const uint32_t *w, int32_t groups)
{
    const uint32x4_t factors = vldrwq_u32(w);

    for (int32_t group = 0; group < groups; group++) {
        int32_t *const y = &z[16 * group];
        const struct numbers a = load(y);
        const struct numbers b = rotate4(load(y + 8), factors);
        const int32x4_t re = vshrq_n_s32(a.re, 2);
        const int32x4_t im = vshrq_n_s32(a.im, 2);

        store(y, vaddq_s32(re, b.re), vaddq_s32(im, b.im));
        store(y + 8, vsubq_s32(re, b.re), vsubq_s32(im, b.im));
    }
}

static RNNQ_CODE void stage4(int32_t *z, const uint32_t *w, int32_t groups, int32_t step)
{
    for (int32_t group = 0; group < groups; group++) {
        for (int32_t k = 0; k < step; k += 4) {
            int32_t *const y = &z[2 * k + 8 * step * group];
            const struct numbers b = rotate4(load(y + 2 * step), vldrwq_u32(&w[k]));
            const struct numbers d = rotate4(load(y + 6 * step), vldrwq_u32(&w[k + 2 * step]));
            const int32x4_t r_re = vaddq_s32(b.re, d.re);
            const int32x4_t r_im = vaddq_s32(b.im, d.im);
            const int32x4_t s_re = vsubq_s32(b.re, d.re);
            const int32x4_t s_im = vsubq_s32(b.im, d.im);
            const struct numbers c = rotate4(load(y + 4 * step), vldrwq_u32(&w[k + step]));
            const struct numbers a = load(y);
            const int32x4_t a_re = vshrq_n_s32(a.re, 2);
            const int32x4_t a_im = vshrq_n_s32(a.im, 2);
            const int32x4_t p_re = vaddq_s32(a_re, c.re);
            const int32x4_t p_im = vaddq_s32(a_im, c.im);
            const int32x4_t q_re = vsubq_s32(a_re, c.re);
            const int32x4_t q_im = vsubq_s32(a_im, c.im);

            store(y, vaddq_s32(p_re, r_re), vaddq_s32(p_im, r_im));
            store(y + 4 * step, vsubq_s32(p_re, r_re), vsubq_s32(p_im, r_im));
            store(y + 2 * step, vaddq_s32(q_re, s_im), vsubq_s32(q_im, s_re));
            store(y + 6 * step, vsubq_s32(q_re, s_im), vaddq_s32(q_im, s_re));
        }
    }
}

/* A5 of four numbers and the four that they are paired with, which run backwards. The number in the middle is its own pair: it is
 * written as `up` last, as in the portable form. */
static RNNQ_CODE void split_pairs(int32_t *z, const uint32_t *w, int32_t size)
{
    const uint32x4_t backwards = vmulq_n_u32(vidupq_n_u32(0, 1), (uint32_t)-8);

    for (int32_t k = 0; k < size / 4; k += 4) {
        int32_t *const up = &z[2 * k + 2];
        int32_t *const down = &z[size - 2 - 2 * k];
        const struct numbers a = load(up);
        const int32x4_t b_re = vldrwq_gather_offset_s32(down, backwards);
        const int32x4_t b_im = vldrwq_gather_offset_s32(down + 1, backwards);
        const struct numbers o = {vaddq_s32(a.im, b_im), vsubq_s32(b_re, a.re)};
        const struct numbers t = rotate4(o, vldrwq_u32(&w[k]));
        const int32x4_t e_re = vshrq_n_s32(vaddq_s32(a.re, b_re), 2);
        const int32x4_t e_im = vshrq_n_s32(vsubq_s32(a.im, b_im), 2);

        vstrwq_scatter_offset_s32(down, backwards, vsubq_s32(e_re, t.re));
        vstrwq_scatter_offset_s32(down + 1, backwards, vsubq_s32(t.im, e_im));
        store(up, vaddq_s32(e_re, t.re), vaddq_s32(e_im, t.im));
    }
}
#else
/* A3: a quarter of the number times e^(-j phi); w has the cosine in its lower half and the sine in its upper one, Q14. */
static inline RNNQ_CODE struct rnnq_complex rotate(int32_t re, int32_t im, uint32_t w)
{
    struct rnnq_complex y;
#if defined(__ARM_FEATURE_DSP) && defined(__GNUC__)
    int32_t t;
    __asm("smulwb %0, %1, %2" : "=r"(t) : "r"(re), "r"(w));
    __asm("smlawt %0, %1, %2, %3" : "=r"(y.re) : "r"(im), "r"(w), "r"(t));
    __asm("smulwt %0, %1, %2" : "=r"(t) : "r"(re), "r"(w));
    __asm("smulwb %0, %1, %2" : "=r"(y.im) : "r"(im), "r"(w));
    y.im -= t;
#elif defined(RNNQ_ASSEMBLY) && defined(__ARM_ARCH_6M__)
    /* each product from the halves of the number: 27 instructions, of which gcc makes 45 */
    int32_t c;
    int32_t t;
    __asm(RNNQ_UNIFIED
          "sxth %[c], %[w]\n\t"
          "asrs %[w], %[w], #16\n\t"
          "uxth %[x], %[re]\n\t"
          "muls %[x], %[c], %[x]\n\t"
          "asrs %[x], %[x], #16\n\t"
          "uxth %[y], %[re]\n\t"
          "muls %[y], %[w], %[y]\n\t"
          "asrs %[y], %[y], #16\n\t"
          "uxth %[t], %[im]\n\t"
          "muls %[t], %[c], %[t]\n\t"
          "asrs %[t], %[t], #16\n\t"
          "subs %[y], %[t], %[y]\n\t"
          "uxth %[t], %[im]\n\t"
          "muls %[t], %[w], %[t]\n\t"
          "asrs %[t], %[t], #16\n\t"
          "adds %[x], %[x], %[t]\n\t"
          "asrs %[t], %[re], #16\n\t"
          "asrs %[re], %[re], #16\n\t"
          "muls %[t], %[c], %[t]\n\t"
          "adds %[x], %[x], %[t]\n\t"
          "muls %[re], %[w], %[re]\n\t"
          "subs %[y], %[y], %[re]\n\t"
          "asrs %[im], %[im], #16\n\t"
          "muls %[w], %[im], %[w]\n\t"
          "adds %[x], %[x], %[w]\n\t"
          "muls %[im], %[c], %[im]\n\t"
          "adds %[y], %[y], %[im]\n\t"
          : [re] "+l"(re), [im] "+l"(im), [w] "+l"(w), [x] "=&l"(y.re), [y] "=&l"(y.im), [c] "=&l"(c), [t] "=&l"(t)
          :
          : "cc");
#else
    const int32_t c = (int32_t)((w & 0xffffu) ^ 0x8000u) - 0x8000;
    const int32_t s = (int32_t)((w >> 16) ^ 0x8000u) - 0x8000;
    y.re = rnnq_multiply_high(re, c) + rnnq_multiply_high(im, s);
    y.im = rnnq_multiply_high(im, c) - rnnq_multiply_high(re, s);
#endif
    return y;
}

/* Radix 2 of the groups of 4 numbers that the first stage leaves. */
static RNNQ_CODE void stage2(int32_t *z, const uint32_t *w, int32_t groups)
{
    for (int32_t group = 0; group < groups; group++) {
        int32_t *const y = &z[16 * group];

        for (int32_t k = 0; k < 4; k++) {
            const struct rnnq_complex b = rotate(y[2 * k + 8], y[2 * k + 9], w[k]);
            const int32_t re = y[2 * k] >> 2;
            const int32_t im = y[2 * k + 1] >> 2;
            y[2 * k] = re + b.re;
            y[2 * k + 1] = im + b.im;
            y[2 * k + 8] = re - b.re;
            y[2 * k + 9] = im - b.im;
        }
    }
}

/* Radix 4 of numbers `step` apart. */
static RNNQ_CODE void stage4(int32_t *z, const uint32_t *w, int32_t groups, int32_t step)
{
    for (int32_t group = 0; group < groups; group++) {
        for (int32_t k = 0; k < step; k++) {
            int32_t *const y = &z[2 * k + 8 * step * group];
            const struct rnnq_complex b = rotate(y[2 * step], y[2 * step + 1], w[k]);
            const struct rnnq_complex d = rotate(y[6 * step], y[6 * step + 1], w[k + 2 * step]);
            const struct rnnq_complex c = rotate(y[4 * step], y[4 * step + 1], w[k + step]);
            const struct rnnq_complex a = { y[0] >> 2, y[1] >> 2 };

            rnnq_butterfly(y, step, a, b, c, d);
        }
    }
}

/* A5 of all pairs of numbers. */
static RNNQ_CODE void split_pairs(int32_t *z, const uint32_t *w, int32_t size)
{
    for (int32_t k = 0; k < size / 4; k++) {
        int32_t *const up = &z[2 * k + 2];
        int32_t *const down = &z[size - 2 - 2 * k];
        const int32_t e_re = (up[0] + down[0]) >> 2;
        const int32_t e_im = (up[1] - down[1]) >> 2;
        const struct rnnq_complex t = rotate(up[1] + down[1], down[0] - up[0], w[k]);
        down[0] = e_re - t.re;
        down[1] = t.im - e_im;
        up[0] = e_re + t.re;
        up[1] = e_im + t.im;
    }
}
#endif

/* A5: the transform of pairs becomes that of the real samples. */
static RNNQ_CODE void split(int32_t *z, const uint32_t *w, int32_t size)
{
    const int32_t re = z[0];
    const int32_t im = z[1];

    z[0] = (re + im) >> 1;
    z[1] = 0;
    z[size] = (re - im) >> 1;
    z[size + 1] = 0;
    split_pairs(z, w, size);
}

RNNQ_SHARED
void rnnq_transform_s32_c(int32_t *z, const uint32_t *twiddles, const uint32_t *halves, int32_t size, int32_t odd,
                          int32_t stages)
{
    const uint32_t *w = twiddles;
    int32_t step = 4;

    if (odd != 0) {
        stage2(z, w, size / 16);
        w += 4;
        step = 8;
    }
    for (int32_t stage = 0; stage < stages; stage++) {
        stage4(z, w, size / (8 * step), step);
        w += 3 * step;
        step *= 4;
    }
    split(z, halves, size);
}

RNNQ_END_ASSEMBLY
