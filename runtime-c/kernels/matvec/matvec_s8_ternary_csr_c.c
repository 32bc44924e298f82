#include "rnnq.h"

/* Adds the inputs of one list to the sum, or subtracts them: w is its length, then the columns. */
#define EACH_OF_LIST(w, x, sum, sign) \
    do { \
        const int32_t length = *(w)++; \
        for (int32_t i = 0; i < length / 4; i++) { \
            (sum) sign (x)[(w)[0]] + (x)[(w)[1]] + (x)[(w)[2]] + (x)[(w)[3]]; \
            (w) += 4; \
        } \
        if ((length & 1) != 0) { \
            (sum) sign (x)[(w)[0]]; \
            (w) += 1; \
        } \
        if ((length & 2) != 0) { \
            (sum) sign (x)[(w)[0]] + (x)[(w)[1]]; \
            (w) += 2; \
        } \
    } while (0)

/* A macro and no function: gcc would call it, and a call takes as long as two weights. */
RNNQ_SHARED
void rnnq_matvec_s8_ternary_csr_c(int32_t *out, const int8_t *x, const uint8_t *w, int32_t rows, int32_t add)
{
    for (int32_t j = 0; j < rows; j++) {
        int32_t sum = 0;

        EACH_OF_LIST(w, x, sum, -=);
        EACH_OF_LIST(w, x, sum, +=);
        out[j] = (add != 0 ? out[j] : 0) + sum;
    }
}
