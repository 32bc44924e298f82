/* STM32L476: MSI of 4 MHz as after reset, or the PLL from it; USART2 on PA2 and PA3. Registers: RM0351, chapters RCC, GPIO, USART. */
#define USART_BASE 0x40004400u
#include "stm32_usart2.h"

#define RCC_AHB2ENR REGISTER(0x4002104Cu)
#define RCC_AHB2ENR_GPIOAEN 1u
#define RCC_APB1ENR1 REGISTER(0x40021058u)
#define RCC_APB1ENR1_USART2EN (1u << 17)
#define GPIOA_MODER REGISTER(0x48000000u)
#define GPIOA_AFRL REGISTER(0x48000020u)

#if defined(RNNQ_FAST_HZ)
#define RCC_CR REGISTER(0x40021000u)
#define RCC_CR_PLLON (1u << 24)
#define RCC_CR_PLLRDY (1u << 25)
#define RCC_CFGR REGISTER(0x40021008u)
#define RCC_CFGR_SW 3u
#define RCC_CFGR_SWS (RCC_CFGR_SW << 2u)
#define RCC_CFGR_PLL 3u
#define RCC_PLLCFGR REGISTER(0x4002100Cu)
#define FLASH_ACR REGISTER(0x40022000u)
#define FLASH_ACR_LATENCY 7u
#define FLASH_ACR_FASTER (1u << 8) /* prefetch; the caches are on after reset */
/* MSI x 40 / 2, on output R. RM0351, 6.4.4 */
#define PLLCFGR (1u | (40u << 8) | (1u << 24))

/* Gives the clock of USART2. */
static uint32_t start_clock(void)
{
    RCC_PLLCFGR = PLLCFGR;
    RCC_CR |= RCC_CR_PLLON;
    FLASH_ACR = (FLASH_ACR & ~FLASH_ACR_LATENCY) | RNNQ_FAST_WAIT_STATES | FLASH_ACR_FASTER;
    if (chip_becomes(&RCC_CR, RCC_CR_PLLRDY, RCC_CR_PLLRDY) &&
        chip_becomes(&FLASH_ACR, FLASH_ACR_LATENCY, RNNQ_FAST_WAIT_STATES)) {
        RCC_CFGR = (RCC_CFGR & ~RCC_CFGR_SW) | RCC_CFGR_PLL;
        if (chip_becomes(&RCC_CFGR, RCC_CFGR_SWS, RCC_CFGR_PLL << 2u)) {
            rnnq_board_clock_hz = RNNQ_FAST_HZ;
            return RNNQ_FAST_HZ;
        }
        RCC_CFGR &= ~RCC_CFGR_SW;
    }
    RCC_CR &= ~RCC_CR_PLLON;
    return RNNQ_CLOCK_HZ;
}
#else
static uint32_t start_clock(void)
{
    return RNNQ_CLOCK_HZ;
}
#endif

void chip_start(void)
{
    const uint32_t clock_hz = start_clock();

    RCC_AHB2ENR |= RCC_AHB2ENR_GPIOAEN;
    RCC_APB1ENR1 |= RCC_APB1ENR1_USART2EN;
    (void)RCC_APB1ENR1;                                      /* a read lets the clock arrive */
    GPIOA_AFRL = (GPIOA_AFRL & ~(255u << 8)) | (0x77u << 8); /* PA2, PA3: alternate function 7, USART2_TX, USART2_RX */
    GPIOA_MODER = (GPIOA_MODER & ~(15u << 4)) | (10u << 4);  /* PA2, PA3: alternate function */
    usart_start(clock_hz);
}
