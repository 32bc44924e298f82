/* STM32L476: MSI of 4 MHz as after reset, USART2 on PA2. Registers: RM0351, chapters RCC, GPIO, USART. */
#define USART_BASE 0x40004400u
#include "stm32_usart2.h"

#define RCC_AHB2ENR REGISTER(0x4002104Cu)
#define RCC_AHB2ENR_GPIOAEN 1u
#define RCC_APB1ENR1 REGISTER(0x40021058u)
#define RCC_APB1ENR1_USART2EN (1u << 17)
#define GPIOA_MODER REGISTER(0x48000000u)
#define GPIOA_AFRL REGISTER(0x48000020u)

void chip_start(void)
{
    RCC_AHB2ENR |= RCC_AHB2ENR_GPIOAEN;
    RCC_APB1ENR1 |= RCC_APB1ENR1_USART2EN;
    (void)RCC_APB1ENR1;                                   /* a read lets the clock arrive */
    GPIOA_AFRL = (GPIOA_AFRL & ~(15u << 8)) | (7u << 8);  /* PA2: alternate function 7, USART2_TX */
    GPIOA_MODER = (GPIOA_MODER & ~(3u << 4)) | (2u << 4); /* PA2: alternate function */
    usart_start();
}
