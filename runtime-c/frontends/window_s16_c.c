#include "rnnq.h"
#include "rnnq_butterfly.h"

/* A1 of two samples, a complex number. */
static inline RNNQ_CODE struct rnnq_complex windowed(const int16_t *x, const int16_t *w, int32_t shift)
{
    const struct rnnq_complex z = {(x[0] * w[0]) >> shift, (x[1] * w[1]) >> shift};

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
        const struct rnnq_complex a = windowed(&ring[place & mask], w, shift);
        const struct rnnq_complex c = windowed(&ring[(place + 2 * quarter) & mask], &w[2 * quarter], shift);
        const struct rnnq_complex b = windowed(&ring[(place + quarter) & mask], &w[quarter], shift);
        const struct rnnq_complex d = windowed(&ring[(place + 3 * quarter) & mask], &w[3 * quarter], shift);

        rnnq_butterfly(y, 1, a, b, c, d);
    }
}
