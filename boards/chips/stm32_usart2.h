/* The USART of later STM32 (L4, G0, H7): RM0351, RM0444 and RM0433, chapter USART. USART_BASE is set before. */
#ifndef STM32_USART2_H
#define STM32_USART2_H

#include "chip.h"

#define USART_CR1 REGISTER(USART_BASE + 0x00u)
#define USART_BRR REGISTER(USART_BASE + 0x0Cu)
#define USART_ISR REGISTER(USART_BASE + 0x1Cu)
#define USART_ICR REGISTER(USART_BASE + 0x20u)
#define USART_RDR REGISTER(USART_BASE + 0x24u)
#define USART_TDR REGISTER(USART_BASE + 0x28u)
#define USART_CR1_UE 1u
#define USART_CR1_TE (1u << 3)
#define USART_CR1_RE (1u << 2)
#define USART_ISR_TXE (1u << 7)
#define USART_ISR_RXNE (1u << 5)
#define USART_ICR_ORECF (1u << 3)

/* With the clock of the USART, Hz. */
static void usart_start(uint32_t clock_hz)
{
    USART_BRR = DIVISOR(clock_hz, RNNQ_BAUD);
    USART_CR1 = USART_CR1_UE | USART_CR1_TE | USART_CR1_RE;
}

void chip_send(uint8_t byte)
{
    while ((USART_ISR & USART_ISR_TXE) == 0u) {
    }
    USART_TDR = byte;
}

int32_t chip_receive(void)
{
    USART_ICR = USART_ICR_ORECF; /* an overrun would stop the receiver */
    return (USART_ISR & USART_ISR_RXNE) != 0u ? (int32_t)(USART_RDR & 255u) : -1;
}

#endif
