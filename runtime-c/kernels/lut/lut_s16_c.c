#include "rnnq.h"
#include "rnnq_fixed.h"

void rnnq_lut_s16_c(int16_t *out, const int16_t *a, const int16_t table[256], int32_t length, int32_t left,
                    int32_t shift)
{
    for (int32_t j = 0; j < length; j++) {
        out[j] = table[rnnq_table_index(a[j], left, shift) + 128];
    }
}
