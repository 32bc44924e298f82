/* STM32H743: HSI of 64 MHz as after reset, USART3 on PD8 and PD9. Registers: RM0433, chapters RCC, GPIO, USART. */
#define USART_BASE 0x40004800u
#include "stm32_usart2.h"

#define RCC_AHB4ENR REGISTER(0x580244E0u)
#define RCC_AHB4ENR_GPIODEN (1u << 3)
#define RCC_APB1LENR REGISTER(0x580244E8u)
#define RCC_APB1LENR_USART3EN (1u << 18)
#define GPIOD_MODER REGISTER(0x58020C00u)
#define GPIOD_AFRH REGISTER(0x58020C24u)

void chip_start(void)
{
    RCC_AHB4ENR |= RCC_AHB4ENR_GPIODEN;
    RCC_APB1LENR |= RCC_APB1LENR_USART3EN;
    (void)RCC_APB1LENR;                                       /* a read lets the clock arrive */
    GPIOD_AFRH = (GPIOD_AFRH & ~255u) | 0x77u;                /* PD8, PD9: alternate function 7, USART3_TX, USART3_RX */
    GPIOD_MODER = (GPIOD_MODER & ~(15u << 16)) | (10u << 16); /* PD8, PD9: alternate function */
    usart_start(RNNQ_CLOCK_HZ);
}
