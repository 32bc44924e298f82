#include "rnnq.h"
#include "rnnq_fixed.h"

struct number {
    int32_t re;
    int32_t im;
};

/* A3: a quarter of the number times e^(-j phi); w has the cosine in its lower half and the sine in its upper one, Q14. */
static inline RNNQ_CODE struct number rotate(int32_t re, int32_t im, uint32_t w)
{
    struct number y;
#if defined(__ARM_FEATURE_DSP) && defined(__GNUC__)
    int32_t t;
    __asm("smulwb %0, %1, %2" : "=r"(t) : "r"(re), "r"(w));
    __asm("smlawt %0, %1, %2, %3" : "=r"(y.re) : "r"(im), "r"(w), "r"(t));
    __asm("smulwt %0, %1, %2" : "=r"(t) : "r"(re), "r"(w));
    __asm("smulwb %0, %1, %2" : "=r"(y.im) : "r"(im), "r"(w));
    y.im -= t;
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
            const struct number b = rotate(y[2 * k + 8], y[2 * k + 9], w[k]);
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
    for (int32_t k = 0; k < step; k++) {
        const uint32_t w1 = w[k];
        const uint32_t w2 = w[k + step];
        const uint32_t w3 = w[k + 2 * step];

        for (int32_t group = 0; group < groups; group++) {
            int32_t *const y = &z[2 * k + 8 * step * group];
            const struct number b = rotate(y[2 * step], y[2 * step + 1], w1);
            const struct number c = rotate(y[4 * step], y[4 * step + 1], w2);
            const struct number d = rotate(y[6 * step], y[6 * step + 1], w3);
            const int32_t a_re = y[0] >> 2;
            const int32_t a_im = y[1] >> 2;
            const int32_t p_re = a_re + c.re;
            const int32_t p_im = a_im + c.im;
            const int32_t q_re = a_re - c.re;
            const int32_t q_im = a_im - c.im;
            const int32_t r_re = b.re + d.re;
            const int32_t r_im = b.im + d.im;
            const int32_t s_re = b.re - d.re;
            const int32_t s_im = b.im - d.im;
            y[0] = p_re + r_re;
            y[1] = p_im + r_im;
            y[2 * step] = q_re + s_im;
            y[2 * step + 1] = q_im - s_re;
            y[4 * step] = p_re - r_re;
            y[4 * step + 1] = p_im - r_im;
            y[6 * step] = q_re - s_im;
            y[6 * step + 1] = q_im + s_re;
        }
    }
}

/* A5: the transform of pairs becomes that of the real samples. */
static RNNQ_CODE void split(int32_t *z, const uint32_t *w, int32_t size)
{
    const int32_t re = z[0];
    const int32_t im = z[1];

    z[0] = (re + im) >> 1;
    z[1] = 0;
    z[size] = (re - im) >> 1;
    z[size + 1] = 0;
    for (int32_t k = 0; k < size / 4; k++) {
        int32_t *const up = &z[2 * k + 2];
        int32_t *const down = &z[size - 2 - 2 * k];
        const int32_t e_re = (up[0] + down[0]) >> 2;
        const int32_t e_im = (up[1] - down[1]) >> 2;
        const struct number t = rotate(up[1] + down[1], down[0] - up[0], w[k]);
        down[0] = e_re - t.re;
        down[1] = t.im - e_im;
        up[0] = e_re + t.re;
        up[1] = e_im + t.im;
    }
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
