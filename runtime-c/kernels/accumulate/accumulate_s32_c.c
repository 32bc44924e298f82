#include "rnnq.h"

void rnnq_accumulate_s32_c(int32_t *out, const int32_t *a, const int32_t *bias, int32_t length)
{
    for (int32_t j = 0; j < length; j++) {
        out[j] = a[j] + bias[j];
    }
}
