/* STM32G071: HSI16 as after reset, USART2 on PA2. Registers: RM0444, chapters RCC, GPIO, USART. */
#define USART_BASE 0x40004400u
#include "stm32_usart2.h"

#define RCC_IOPENR REGISTER(0x40021034u)
#define RCC_IOPENR_GPIOAEN 1u
#define RCC_APBENR1 REGISTER(0x4002103Cu)
#define RCC_APBENR1_USART2EN (1u << 17)
#define GPIOA_MODER REGISTER(0x50000000u)
#define GPIOA_AFRL REGISTER(0x50000020u)

void chip_start(void)
{
    RCC_IOPENR |= RCC_IOPENR_GPIOAEN;
    RCC_APBENR1 |= RCC_APBENR1_USART2EN;
    (void)RCC_APBENR1;                                    /* a read lets the clock arrive */
    GPIOA_AFRL = (GPIOA_AFRL & ~(15u << 8)) | (1u << 8);  /* PA2: alternate function 1, USART2_TX */
    GPIOA_MODER = (GPIOA_MODER & ~(3u << 4)) | (2u << 4); /* PA2: alternate function */
    usart_start();
}
