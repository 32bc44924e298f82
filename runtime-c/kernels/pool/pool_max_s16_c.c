#include "rnnq.h"
#include "rnnq_fixed.h"

RNNQ_SHARED
void rnnq_pool_max_s16_c(int16_t *out, const int16_t *a, int32_t count, int32_t length)
{
    for (int32_t j = 0; j < length; j++) {
        int32_t most = a[j];

        for (int32_t k = 1; k < count; k++)
            most = rnnq_at_least(a[k * length + j], most);
        out[j] = (int16_t)most;
    }
}
