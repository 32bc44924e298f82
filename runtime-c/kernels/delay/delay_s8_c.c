#include "rnnq.h"

RNNQ_SHARED
void rnnq_delay_s8_c(int8_t *line, const int8_t *b, int32_t length, int32_t count)
{
    for (int32_t i = count; i < length; i++)
        line[i - count] = line[i];
    for (int32_t i = 0; i < count; i++)
        line[length - count + i] = b[i];
}
