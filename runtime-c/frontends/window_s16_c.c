#include "rnnq.h"

RNNQ_SHARED
void rnnq_window_s16_c(int32_t *z, const int16_t *ring, int32_t at, const int16_t *window, const uint8_t *order,
                       int32_t size, int32_t length, int32_t shift)
{
    const int32_t mask = size - 2; /* pairs begin at even places, whatever `at` is */
    const int32_t quarter = size / 4;
    const int32_t start = at + size - length;

    for (int32_t n = 0; n < quarter; n += 2) {
        int32_t x[8];
        int32_t *const y = &z[8 * order[n / 2]];

        for (int32_t j = 0; j < 4; j++) {
            const int32_t i = n + j * quarter;
            const int16_t *const pair = &ring[(start + i) & mask];
            x[2 * j] = (pair[0] * window[i]) >> shift;
            x[2 * j + 1] = (pair[1] * window[i + 1]) >> shift;
        }
        {
            const int32_t p_re = x[0] + x[4];
            const int32_t p_im = x[1] + x[5];
            const int32_t q_re = x[0] - x[4];
            const int32_t q_im = x[1] - x[5];
            const int32_t r_re = x[2] + x[6];
            const int32_t r_im = x[3] + x[7];
            const int32_t s_re = x[2] - x[6];
            const int32_t s_im = x[3] - x[7];
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
}
