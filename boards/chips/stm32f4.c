/* STM32F401, F405, F407, F446: HSI of 16 MHz as after reset, USART2 on PA2.
   Registers: RM0368, RM0090 and RM0390, chapters RCC, GPIO and USART; the memory map of the data sheet. */
#include "chip.h"

#define RCC_AHB1ENR REGISTER(0x40023830u)
#define RCC_AHB1ENR_GPIOAEN 1u
#define RCC_APB1ENR REGISTER(0x40023840u)
#define RCC_APB1ENR_USART2EN (1u << 17)
#define GPIOA_MODER REGISTER(0x40020000u)
#define GPIOA_AFRL REGISTER(0x40020020u)
#define USART_SR REGISTER(0x40004400u)
#define USART_DR REGISTER(0x40004404u)
#define USART_BRR REGISTER(0x40004408u)
#define USART_CR1 REGISTER(0x4000440Cu)
#define USART_SR_TXE (1u << 7)
#define USART_CR1_UE (1u << 13)
#define USART_CR1_TE (1u << 3)

void chip_start(void)
{
    RCC_AHB1ENR |= RCC_AHB1ENR_GPIOAEN;
    RCC_APB1ENR |= RCC_APB1ENR_USART2EN;
    (void)RCC_APB1ENR;                                       /* a read lets the clock arrive */
    GPIOA_AFRL = (GPIOA_AFRL & ~(15u << 8)) | (7u << 8);     /* PA2: alternate function 7, USART2_TX */
    GPIOA_MODER = (GPIOA_MODER & ~(3u << 4)) | (2u << 4);    /* PA2: alternate function */
    USART_BRR = DIVISOR(RNNQ_CLOCK_HZ, RNNQ_BAUD);
    USART_CR1 = USART_CR1_UE | USART_CR1_TE;
}

void chip_send(uint8_t byte)
{
    while ((USART_SR & USART_SR_TXE) == 0u) {
    }
    USART_DR = byte;
}
