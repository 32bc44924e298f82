/* LM3S6965: internal oscillator of about 12 MHz as after reset, UART0 on PA1 and PA0.
   Registers: LM3S6965 data sheet, chapters System Control, GPIO, UART. */
#define PL011_BASE 0x4000C000u
#include "pl011.h"

#define RCGC1 REGISTER(0x400FE104u)
#define RCGC1_UART0 1u
#define RCGC2 REGISTER(0x400FE108u)
#define RCGC2_GPIOA 1u
#define GPIOA_AFSEL REGISTER(0x40004420u)
#define GPIOA_DEN REGISTER(0x4000451Cu)

void chip_start(void)
{
    RCGC1 |= RCGC1_UART0;
    RCGC2 |= RCGC2_GPIOA;
    (void)RCGC2; /* a read lets the clock arrive */
    GPIOA_AFSEL |= 3u;
    GPIOA_DEN |= 3u;
    pl011_start(RNNQ_CLOCK_HZ);
}
