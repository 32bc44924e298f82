/* What the stages of a transform have in common. */
#ifndef RNNQ_BUTTERFLY_H
#define RNNQ_BUTTERFLY_H

#include "rnnq_fixed.h"

struct rnnq_complex {
    int32_t re;
    int32_t im;
};

RNNQ_INLINE struct rnnq_complex rnnq_add(struct rnnq_complex a, struct rnnq_complex b)
{
    a.re += b.re;
    a.im += b.im;
    return a;
}

RNNQ_INLINE struct rnnq_complex rnnq_subtract(struct rnnq_complex a, struct rnnq_complex b)
{
    a.re -= b.re;
    a.im -= b.im;
    return a;
}

/* A4: the transform of four numbers; its results are `step` numbers apart. */
RNNQ_INLINE void rnnq_butterfly(int32_t *y, int32_t step, struct rnnq_complex a, struct rnnq_complex b,
                                struct rnnq_complex c, struct rnnq_complex d)
{
    const struct rnnq_complex p = rnnq_add(a, c);
    const struct rnnq_complex q = rnnq_subtract(a, c);
    const struct rnnq_complex r = rnnq_add(b, d);
    const struct rnnq_complex s = rnnq_subtract(b, d);

    y[0] = p.re + r.re;
    y[1] = p.im + r.im;
    y[2 * step] = q.re + s.im;
    y[2 * step + 1] = q.im - s.re;
    y[4 * step] = p.re - r.re;
    y[4 * step + 1] = p.im - r.im;
    y[6 * step] = q.re - s.im;
    y[6 * step + 1] = q.im + s.re;
}

#endif
