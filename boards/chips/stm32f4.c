/* STM32F401, F405, F407, F446: HSI of 16 MHz as after reset, or the PLL from it; USART2 on PA2 and PA3.
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
#define USART_SR_RXNE (1u << 5)
#define USART_SR_ORE (1u << 3)
#define USART_CR1_UE (1u << 13)
#define USART_CR1_TE (1u << 3)
#define USART_CR1_RE (1u << 2)

#if defined(RNNQ_FAST_HZ)
#define RCC_CR REGISTER(0x40023800u)
#define RCC_CR_PLLON (1u << 24)
#define RCC_CR_PLLRDY (1u << 25)
#define RCC_PLLCFGR REGISTER(0x40023804u)
#define RCC_CFGR REGISTER(0x40023808u)
#define RCC_CFGR_SWS (3u << 2)
#define RCC_CFGR_PLL 2u
#define FLASH_ACR REGISTER(0x40023C00u)
#define FLASH_ACR_LATENCY 15u
#define FLASH_ACR_PRFTEN_ICEN_DCEN (7u << 8)
/* HSI / 8 = 2 MHz, x 168 = 336 MHz, / 2 or 4; the clock of the PLL's other output is of no use here. RM0090, 7.3.2 */
#define PLL_P (336000000u / RNNQ_FAST_HZ)
#define PLLCFGR (8u | (168u << 6) | ((PLL_P / 2u - 1u) << 16) | (7u << 24))
/* APB1 at most 42 MHz, APB2 at most 84 MHz: divided by 4 and 2 at 168 MHz, by 2 and 1 at 84 MHz. RM0090, 7.3.3 */
#define APB1_DIVISOR (RNNQ_FAST_HZ / 42000000u)
#define CFGR_BUSES (APB1_DIVISOR == 4u ? (5u << 10) | (4u << 13) : (4u << 10))

/* Gives the clock of USART2. */
static uint32_t start_clock(void)
{
    RCC_PLLCFGR = PLLCFGR;
    RCC_CR |= RCC_CR_PLLON;
    FLASH_ACR = RNNQ_FAST_WAIT_STATES | FLASH_ACR_PRFTEN_ICEN_DCEN;
    if (chip_becomes(&RCC_CR, RCC_CR_PLLRDY, RCC_CR_PLLRDY) &&
        chip_becomes(&FLASH_ACR, FLASH_ACR_LATENCY, RNNQ_FAST_WAIT_STATES)) {
        RCC_CFGR = CFGR_BUSES | RCC_CFGR_PLL;
        if (chip_becomes(&RCC_CFGR, RCC_CFGR_SWS, RCC_CFGR_PLL << 2)) {
            rnnq_board_clock_hz = RNNQ_FAST_HZ;
            return RNNQ_FAST_HZ / APB1_DIVISOR;
        }
        RCC_CFGR = 0;
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

    RCC_AHB1ENR |= RCC_AHB1ENR_GPIOAEN;
    RCC_APB1ENR |= RCC_APB1ENR_USART2EN;
    (void)RCC_APB1ENR;                                       /* a read lets the clock arrive */
    GPIOA_AFRL = (GPIOA_AFRL & ~(255u << 8)) | (0x77u << 8); /* PA2, PA3: alternate function 7, USART2_TX, USART2_RX */
    GPIOA_MODER = (GPIOA_MODER & ~(15u << 4)) | (10u << 4);  /* PA2, PA3: alternate function */
    USART_BRR = DIVISOR(clock_hz, RNNQ_BAUD);
    USART_CR1 = USART_CR1_UE | USART_CR1_TE | USART_CR1_RE;
}

void chip_send(uint8_t byte)
{
    while ((USART_SR & USART_SR_TXE) == 0u) {
    }
    USART_DR = byte;
}

int32_t chip_receive(void)
{
    /* reading both registers clears an overrun, which would stop the receiver */
    return (USART_SR & (USART_SR_RXNE | USART_SR_ORE)) != 0u ? (int32_t)(USART_DR & 255u) : -1;
}
