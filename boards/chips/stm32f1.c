/* STM32F100, F103: HSI of 8 MHz as after reset, USART1 on PA9. Registers: RM0008 and RM0041, chapters RCC, GPIO, USART. */
#include "chip.h"

#define RCC_APB2ENR REGISTER(0x40021018u)
#define RCC_APB2ENR_IOPAEN (1u << 2)
#define RCC_APB2ENR_USART1EN (1u << 14)
#define GPIOA_CRH REGISTER(0x40010804u)
#define USART_SR REGISTER(0x40013800u)
#define USART_DR REGISTER(0x40013804u)
#define USART_BRR REGISTER(0x40013808u)
#define USART_CR1 REGISTER(0x4001380Cu)
#define USART_SR_TXE (1u << 7)
#define USART_CR1_UE (1u << 13)
#define USART_CR1_TE (1u << 3)

void chip_start(void)
{
    RCC_APB2ENR |= RCC_APB2ENR_IOPAEN | RCC_APB2ENR_USART1EN;
    GPIOA_CRH = (GPIOA_CRH & ~(15u << 4)) | (9u << 4); /* PA9: alternate function, push-pull, 10 MHz */
    USART_BRR = DIVISOR(RNNQ_CLOCK_HZ, RNNQ_BAUD);
    USART_CR1 = USART_CR1_UE | USART_CR1_TE;
}

void chip_send(uint8_t byte)
{
    while ((USART_SR & USART_SR_TXE) == 0u) {
    }
    USART_DR = byte;
}
