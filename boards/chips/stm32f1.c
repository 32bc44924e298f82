/* STM32F100, F103: HSI of 8 MHz as after reset, or the PLL from it; USART1 on PA9 and PA10. Registers: RM0008 and RM0041, chapters RCC, GPIO, USART. */
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
#define USART_SR_RXNE (1u << 5)
#define USART_SR_ORE (1u << 3)
#define USART_CR1_UE (1u << 13)
#define USART_CR1_TE (1u << 3)
#define USART_CR1_RE (1u << 2)

#if defined(RNNQ_FAST_HZ)
#define RCC_CR REGISTER(0x40021000u)
#define RCC_CR_PLLON (1u << 24)
#define RCC_CR_PLLRDY (1u << 25)
#define RCC_CFGR REGISTER(0x40021004u)
#define RCC_CFGR_SWS (3u << 2)
#define RCC_CFGR_PLL 2u
#define FLASH_ACR REGISTER(0x40022000u) /* not on F100, which has no wait states */
#define FLASH_ACR_PRFTBE (1u << 4)
/* HSI / 2 = 4 MHz, multiplied; APB1 at most 36 MHz: divided by 2 above that. RM0008, 7.3.2 */
#define CFGR_PLL (((RNNQ_FAST_HZ / 4000000u - 2u) << 18) | (RNNQ_FAST_HZ > 36000000u ? 4u << 8 : 0u))

/* Gives the clock of USART1. */
static uint32_t start_clock(void)
{
    RCC_CFGR = CFGR_PLL;
    RCC_CR |= RCC_CR_PLLON;
    if (RNNQ_FAST_WAIT_STATES > 0u) {
        FLASH_ACR = RNNQ_FAST_WAIT_STATES | FLASH_ACR_PRFTBE;
    }
    if (chip_becomes(&RCC_CR, RCC_CR_PLLRDY, RCC_CR_PLLRDY)) {
        RCC_CFGR = CFGR_PLL | RCC_CFGR_PLL;
        if (chip_becomes(&RCC_CFGR, RCC_CFGR_SWS, RCC_CFGR_PLL << 2)) {
            rnnq_board_clock_hz = RNNQ_FAST_HZ;
            return RNNQ_FAST_HZ;
        }
    }
    RCC_CFGR = 0;
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

    RCC_APB2ENR |= RCC_APB2ENR_IOPAEN | RCC_APB2ENR_USART1EN;
    /* PA9: alternate function, push-pull, 10 MHz; PA10: floating input */
    GPIOA_CRH = (GPIOA_CRH & ~(255u << 4)) | (0x49u << 4);
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
