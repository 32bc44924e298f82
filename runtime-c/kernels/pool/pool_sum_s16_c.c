#include "rnnq.h"

RNNQ_SHARED
void rnnq_pool_sum_s16_c(int32_t *out, const int16_t *a, int32_t count, int32_t length)
{
    for (int32_t j = 0; j < length; j++) {
        int32_t sum = a[j];

        for (int32_t k = 1; k < count; k++)
            sum += a[k * length + j];
        out[j] = sum;
    }
}
