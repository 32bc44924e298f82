/* cycles.h by the registers that every Cortex-M has at the same place, and by a timer for the nRF51. */
#include "cycles.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))

#define DEMCR REGISTER(0xE000EDFCu)
#define DEMCR_TRCENA (1u << 24)
#define DWT_CTRL REGISTER(0xE0001000u)
#define DWT_CTRL_CYCCNTENA 1u
#define DWT_CYCCNT REGISTER(0xE0001004u)
#define DWT_LAR REGISTER(0xE0001FB0u)
#define LAR_KEY 0xC5ACCE55u

#define SYST_CSR REGISTER(0xE000E010u)
#define SYST_RVR REGISTER(0xE000E014u)
#define SYST_CVR REGISTER(0xE000E018u)
#define SYST_CSR_PROCESSOR_CLOCK_ON 5u
#define SYST_CSR_COUNTFLAG (1u << 16)
#define SYST_LONGEST 0x00FFFFFFu

#define TIMER0_TASKS_START REGISTER(0x40008000u)
#define TIMER0_TASKS_CAPTURE0 REGISTER(0x40008040u)
#define TIMER0_BITMODE REGISTER(0x40008508u)
#define TIMER0_BITMODE_32 3u
#define TIMER0_PRESCALER REGISTER(0x40008510u)
#define TIMER0_CC0 REGISTER(0x40008540u)

static enum { DWT, SYSTICK, TIMER0 } counter;
static uint32_t first;
static uint32_t overhead;

static void start(void)
{
#if defined(RNNQ_COUNT_TIMER0)
    counter = TIMER0;
    TIMER0_BITMODE = TIMER0_BITMODE_32;
    TIMER0_PRESCALER = 0;
    TIMER0_TASKS_START = 1;
#else
#if !defined(__ARM_ARCH_6M__)
    DEMCR |= DEMCR_TRCENA;
    DWT_LAR = LAR_KEY; /* Cortex-M7 locks the unit */
    DWT_CTRL |= DWT_CTRL_CYCCNTENA;
    first = DWT_CYCCNT;
    if (DWT_CYCCNT != first) {
        counter = DWT;
        return;
    }
#endif
    counter = SYSTICK;
    SYST_RVR = SYST_LONGEST;
    SYST_CSR = SYST_CSR_PROCESSOR_CLOCK_ON;
#endif
}

const char *rnnq_cycles_counter(void)
{
    overhead = 0;
    start();
    rnnq_cycles_begin();
    overhead = rnnq_cycles_end();
    return counter == DWT ? "dwt" : counter == SYSTICK ? "systick" : "timer0";
}

void rnnq_cycles_begin(void)
{
    if (counter == DWT) {
        first = DWT_CYCCNT;
    } else if (counter == SYSTICK) {
        SYST_CVR = 0;   /* any write clears the count; it starts anew from the longest */
        (void)SYST_CSR; /* a read clears the flag */
    } else {
        TIMER0_TASKS_CAPTURE0 = 1;
        first = TIMER0_CC0;
    }
}

uint32_t rnnq_cycles_end(void)
{
    uint32_t count;

    if (counter == DWT) {
        count = DWT_CYCCNT - first;
    } else if (counter == SYSTICK) {
        const uint32_t value = SYST_CVR;

        count = SYST_LONGEST - value;
        if (value == 0u || (SYST_CSR & SYST_CSR_COUNTFLAG) != 0u) {
            return 0;
        }
    } else {
        TIMER0_TASKS_CAPTURE0 = 1;
        count = TIMER0_CC0 - first;
    }
    return count - overhead;
}
