#include "rnnq.h"

struct pair {
    int32_t re;
    int32_t im;
};

/* A1 of two samples, a complex number. */
static inline RNNQ_CODE struct pair windowed(const int16_t *x, const int16_t *w, int32_t shift)
{
    const struct pair z = {(x[0] * w[0]) >> shift, (x[1] * w[1]) >> shift};

    return z;
}

RNNQ_SHARED
void rnnq_window_s16_c(int32_t *z, const int16_t *ring, int32_t at, const int16_t *window, const uint8_t *order,
                       int32_t size, int32_t length, int32_t shift)
{
    const int32_t mask = size - 2; /* pairs begin at even places, whatever `at` is */
    const int32_t quarter = size / 4;
    const int32_t start = at + size - length;

    for (int32_t n = 0; n < quarter; n += 2) {
        const int32_t place = start + n;
        const int16_t *const w = &window[n];
        int32_t *const y = &z[8 * order[n / 2]];
        const struct pair a = windowed(&ring[place & mask], w, shift);
        const struct pair c = windowed(&ring[(place + 2 * quarter) & mask], &w[2 * quarter], shift);
        const int32_t p_re = a.re + c.re;
        const int32_t p_im = a.im + c.im;
        const int32_t q_re = a.re - c.re;
        const int32_t q_im = a.im - c.im;
        const struct pair b = windowed(&ring[(place + quarter) & mask], &w[quarter], shift);
        const struct pair d = windowed(&ring[(place + 3 * quarter) & mask], &w[3 * quarter], shift);
        const int32_t r_re = b.re + d.re;
        const int32_t r_im = b.im + d.im;
        const int32_t s_re = b.re - d.re;
        const int32_t s_im = b.im - d.im;

        y[0] = p_re + r_re;
        y[1] = p_im + r_im;
        y[2] = q_re + s_im;
        y[3] = q_im - s_re;
        y[4] = p_re - r_re;
        y[5] = p_im - r_im;
        y[6] = q_re - s_im;
        y[7] = q_im + s_re;
    }
}
