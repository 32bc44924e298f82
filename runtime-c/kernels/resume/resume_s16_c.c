#include "rnnq.h"
#include "rnnq_fixed.h"

RNNQ_SHARED
void rnnq_resume_s16_c(int16_t *out, const int16_t *a, const int16_t *count, int32_t length, int32_t initial,
                       int32_t limit)
{
    const int32_t begins = count[0] <= 0;

    for (int32_t j = 0; j < length; j++)
        out[j] = (int16_t)(begins != 0 ? initial : rnnq_clamp(a[j], -limit, limit));
}
