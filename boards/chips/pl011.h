/* Arm PrimeCell UART PL011 (DDI 0183), in RP2040, RP2350 and LM3S6965. PL011_BASE is set before. */
#ifndef PL011_H
#define PL011_H

#include "chip.h"

#define UARTDR REGISTER(PL011_BASE + 0x00u)
#define UARTFR REGISTER(PL011_BASE + 0x18u)
#define UARTIBRD REGISTER(PL011_BASE + 0x24u)
#define UARTFBRD REGISTER(PL011_BASE + 0x28u)
#define UARTLCR_H REGISTER(PL011_BASE + 0x2Cu)
#define UARTCR REGISTER(PL011_BASE + 0x30u)
#define UARTFR_TXFF (1u << 5)
#define UARTFR_RXFE (1u << 4)
#define UARTLCR_H_8_BITS_FIFO 0x70u
#define UARTCR_UARTEN_TXE_RXE 0x301u

/* The divisor is clock / (16 baud), with 6 bits of fraction. */
static void pl011_start(uint32_t clock_hz)
{
    const uint32_t divisor = DIVISOR(clock_hz * 4u, RNNQ_BAUD);

    UARTIBRD = divisor >> 6;
    UARTFBRD = divisor & 63u;
    UARTLCR_H = UARTLCR_H_8_BITS_FIFO;
    UARTCR = UARTCR_UARTEN_TXE_RXE;
}

void chip_send(uint8_t byte)
{
    while ((UARTFR & UARTFR_TXFF) != 0u) {
    }
    UARTDR = byte;
}

int32_t chip_receive(void)
{
    return (UARTFR & UARTFR_RXFE) == 0u ? (int32_t)(UARTDR & 255u) : -1;
}

#endif
