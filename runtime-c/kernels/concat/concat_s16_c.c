#include "rnnq.h"

RNNQ_SHARED
void rnnq_concat_s16_c(int16_t *RNNQ_RESTRICT out, const int16_t *RNNQ_RESTRICT a, const int16_t *RNNQ_RESTRICT b,
                       int32_t a_length, int32_t b_length)
{
    for (int32_t i = 0; i < a_length; i++)
        out[i] = a[i];
    for (int32_t i = 0; i < b_length; i++)
        out[a_length + i] = b[i];
}
