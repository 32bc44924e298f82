#include "rnnq.h"

void rnnq_add_s32_c(int32_t *out, const int32_t *a, const int32_t *b, int32_t length)
{
    for (int32_t j = 0; j < length; j++) {
        out[j] = a[j] + b[j];
    }
}
