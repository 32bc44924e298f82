#include "rnnq.h"
#include "rnnq_butterfly.h"

#if defined(__ARM_FEATURE_MVE)
#include <arm_mve.h>
#define SAMPLES 8 /* at a time: a quarter of the smallest size is 16 */

/* Four complex numbers that are summed at a time, one in each lane. */
struct numbers {
    int32x4_t re;
    int32x4_t im;
};

/* Eight samples of the ring from an even place on; the last ones may be at its beginning. */
static inline RNNQ_CODE int16x8_t samples_at(const int16_t *ring, int32_t place, int32_t size)
{
    const int32_t from = place & (size - 2);
    const uint16x8_t places = vaddq_n_u16(vidupq_n_u16(0, 1), (uint16_t)from);

    if (from <= size - 8) {
        return vldrhq_s16(&ring[from]);
    }
    return vldrhq_gather_shifted_offset_s16(ring, vandq_u16(places, vdupq_n_u16((uint16_t)(size - 1))));
}

/* A1 of four complex numbers; `right` is minus the shift. Products of even and odd places are the real and the imaginary parts. */
static inline RNNQ_CODE struct numbers windowed4(int16x8_t x, const int16_t *w, int32_t right)
{
    const int16x8_t factors = vldrhq_s16(w);
    const struct numbers z = {vshlq_r_s32(vmullbq_int_s16(x, factors), right),
                              vshlq_r_s32(vmulltq_int_s16(x, factors), right)};

    return z;
}

static inline RNNQ_CODE struct numbers add4(struct numbers a, struct numbers b)
{
    const struct numbers sum = {vaddq_s32(a.re, b.re), vaddq_s32(a.im, b.im)};

    return sum;
}

static inline RNNQ_CODE struct numbers subtract4(struct numbers a, struct numbers b)
{
    const struct numbers difference = {vsubq_s32(a.re, b.re), vsubq_s32(a.im, b.im)};

    return difference;
}

/* The first stage of four groups of numbers, from sample n of each quarter on. */
static inline RNNQ_CODE void first_stage(int32_t *z, const int16_t *ring, int32_t place, const int16_t *w,
                                         const uint8_t *order, int32_t size, int32_t shift)
{
    const int32_t quarter = size / 4;
    const uint32x4_t to = vshlq_n_u32(vldrbq_u32(order), 3);
    const struct numbers a = windowed4(samples_at(ring, place, size), w, -shift);
    const struct numbers c = windowed4(samples_at(ring, place + 2 * quarter, size), &w[2 * quarter], -shift);
    const struct numbers b = windowed4(samples_at(ring, place + quarter, size), &w[quarter], -shift);
    const struct numbers d = windowed4(samples_at(ring, place + 3 * quarter, size), &w[3 * quarter], -shift);
    const struct numbers p = add4(a, c);
    const struct numbers q = subtract4(a, c);
    const struct numbers r = add4(b, d);
    const struct numbers s = subtract4(b, d);

    /* as rnnq_butterfly, whose results are one after the other */
    vstrwq_scatter_shifted_offset_s32(z, to, vaddq_s32(p.re, r.re));
    vstrwq_scatter_shifted_offset_s32(z + 1, to, vaddq_s32(p.im, r.im));
    vstrwq_scatter_shifted_offset_s32(z + 2, to, vaddq_s32(q.re, s.im));
    vstrwq_scatter_shifted_offset_s32(z + 3, to, vsubq_s32(q.im, s.re));
    vstrwq_scatter_shifted_offset_s32(z + 4, to, vsubq_s32(p.re, r.re));
    vstrwq_scatter_shifted_offset_s32(z + 5, to, vsubq_s32(p.im, r.im));
    vstrwq_scatter_shifted_offset_s32(z + 6, to, vsubq_s32(q.re, s.im));
    vstrwq_scatter_shifted_offset_s32(z + 7, to, vaddq_s32(q.im, s.re));
}
#else
#define SAMPLES 2 /* at a time */

/* A1 of two samples, a complex number. */
static inline RNNQ_CODE struct rnnq_complex windowed(const int16_t *x, const int16_t *w, int32_t shift)
{
    const struct rnnq_complex z = {(x[0] * w[0]) >> shift, (x[1] * w[1]) >> shift};

    return z;
}

/* The first stage of one group of numbers, from sample n of each quarter on. */
static inline RNNQ_CODE void first_stage(int32_t *z, const int16_t *ring, int32_t place, const int16_t *w,
                                         const uint8_t *order, int32_t size, int32_t shift)
{
    const int32_t mask = size - 2; /* pairs begin at even places, whatever `place` is */
    const int32_t quarter = size / 4;
    int32_t *const y = &z[8 * order[0]];
    const struct rnnq_complex a = windowed(&ring[place & mask], w, shift);
    const struct rnnq_complex c = windowed(&ring[(place + 2 * quarter) & mask], &w[2 * quarter], shift);
    const struct rnnq_complex b = windowed(&ring[(place + quarter) & mask], &w[quarter], shift);
    const struct rnnq_complex d = windowed(&ring[(place + 3 * quarter) & mask], &w[3 * quarter], shift);

    rnnq_butterfly(y, 1, a, b, c, d);
}
#endif

RNNQ_SHARED
void rnnq_window_s16_c(int32_t *z, const int16_t *ring, int32_t at, const int16_t *window, const uint8_t *order,
                       int32_t size, int32_t length, int32_t shift)
{
    const int32_t start = at + size - length;

    for (int32_t n = 0; n < size / 4; n += SAMPLES) {
        first_stage(z, ring, start + n, &window[n], &order[n / 2], size, shift);
    }
}
