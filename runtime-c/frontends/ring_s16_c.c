#include "rnnq.h"
#include "rnnq_fixed.h"

#if defined(__ARM_FEATURE_MVE)
#include <arm_mve.h>

static inline RNNQ_CODE void copy(int16_t *to, const int16_t *from, int32_t count)
{
    for (int32_t i = 0; i < count; i += 8) {
        const mve_pred16_t some = vctp16q((uint32_t)(count - i));
        vstrhq_p_s16(&to[i], vldrhq_z_s16(&from[i], some), some);
    }
}
#endif

RNNQ_SHARED
int32_t rnnq_ring_s16_c(int16_t *ring, int32_t at, const int16_t *x, int32_t from, int32_t to, int32_t size)
{
#if defined(__ARM_FEATURE_MVE)
    const int32_t place = at & (size - 1);
    const int32_t count = to - from;
    const int32_t before = rnnq_at_most(count, size - place);

    copy(&ring[place], &x[from], before);
    copy(ring, &x[from + before], count - before);
    return (place + count) & (size - 1);
#else
    int32_t place = at & (size - 1);

    for (int32_t i = from; i < to; i++) {
        ring[place] = x[i];
        place = (place + 1) & (size - 1);
    }
    return place;
#endif
}
