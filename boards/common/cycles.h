/* The processor's own clock count: the Data Watchpoint and Trace unit (Armv7-M and Armv8-M ARM, DWT), where it counts,
   otherwise SysTick (Armv6-M ARM), or TIMER0 of the nRF51, which has neither. QEMU's cores have no DWT. */
#ifndef RNNQ_CYCLES_H
#define RNNQ_CYCLES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Sets up the counter and returns its name: dwt, systick or timer0. */
const char *rnnq_cycles_counter(void);

/* Begins to count. */
void rnnq_cycles_begin(void);

/* Clock cycles since rnnq_cycles_begin, without those that the two calls take; 0 = more than the counter holds. */
uint32_t rnnq_cycles_end(void);

#ifdef __cplusplus
}
#endif

#endif
