#include "rnnq.h"

/* Of every 4 inputs x0 .. x3 a table of their 81 partial sums: entry d0 + 3 d1 + 9 d2 + 27 d3 holds the sum of the x_k with
 * digit 1 minus those with digit 2. A byte of weights is the place of an entry. */
#define ENTRIES 81

static void expand(int32_t *t, int32_t entries, int32_t x)
{
    for (int32_t i = 0; i < entries; i += 3) {
        const int32_t first = t[i];
        const int32_t second = t[i + 1];
        const int32_t third = t[i + 2];

        t[entries + i] = first + x;
        t[entries + i + 1] = second + x;
        t[entries + i + 2] = third + x;
        t[2 * entries + i] = first - x;
        t[2 * entries + i + 1] = second - x;
        t[2 * entries + i + 2] = third - x;
    }
}

static void build(int32_t *t, const int16_t *x, int32_t count)
{
    for (int32_t g = 0; g < count; g++) {
        t[0] = 0;
        t[1] = x[0];
        t[2] = -x[0];
        expand(t, 3, x[1]);
        expand(t, 9, x[2]);
        expand(t, 27, x[3]);
        t += ENTRIES;
        x += 4;
    }
}

/* Adds the partial sums of all groups to the sums of all rows, 4 rows at a time. */
static const uint8_t *look_up(int32_t *out, const int32_t *end, const uint8_t *w, const int32_t *table, int32_t groups,
                              int32_t add)
{
    for (; out != end; out += 4) {
        const int32_t *t = table;
        int32_t sums[4] = { 0, 0, 0, 0 };

        for (int32_t g = 0; g < groups; g++) {
            sums[0] += t[w[0]];
            sums[1] += t[w[1]];
            sums[2] += t[w[2]];
            sums[3] += t[w[3]];
            w += 4;
            t += ENTRIES;
        }
        for (int32_t k = 0; k < 4; k++) {
            out[k] = (add != 0 ? out[k] : 0) + sums[k];
        }
    }
    return w;
}

void rnnq_matvec_s16_l4_c(int32_t *out, const int16_t *x, const uint8_t *w, int32_t *work, int32_t rows, int32_t cols,
                          int32_t block, int32_t add)
{
    const int32_t groups = (cols + 3) / 4;

    for (int32_t first = 0; first < groups; first += block) {
        const int32_t count = groups - first < block ? groups - first : block;
        const int32_t whole = 4 * (first + count) <= cols ? count : count - 1;

        build(work, &x[4 * first], whole);
        if (whole < count) {
            int16_t last[4] = { 0, 0, 0, 0 };

            for (int32_t i = 4 * (groups - 1); i < cols; i++) {
                last[i % 4] = x[i];
            }
            build(&work[ENTRIES * whole], last, 1);
        }
        w = look_up(out, &out[rows], w, work, count, first > 0 ? 1 : add);
    }
}
