#include "rnnq.h"
#include "rnnq_fixed.h"

RNNQ_SHARED
void rnnq_pool_max_s8_c(int8_t *out, const int8_t *a, int32_t count, int32_t length)
{
    for (int32_t j = 0; j < length; j++) {
        int32_t most = a[j];

        for (int32_t k = 1; k < count; k++)
            most = rnnq_at_least(a[k * length + j], most);
        out[j] = (int8_t)most;
    }
}
