/* i.MX RT1062: core clock as the boot ROM leaves it, UART clock from the 24 MHz crystal, LPUART6 on GPIO_AD_B0_02.
   Registers: IMXRT1060RM, chapters CCM, IOMUXC, LPUART. */
#include "chip.h"

#define CCM_CSCDR1 REGISTER(0x400FC024u)
#define CCM_CSCDR1_UART_CLK_SEL_OSC (1u << 6)
#define CCM_CSCDR1_UART_CLK_PODF 0x3Fu
#define CCM_CCGR3 REGISTER(0x400FC074u)
#define CCM_CCGR3_LPUART6 (3u << 6)
#define IOMUXC_GPIO_AD_B0_02 REGISTER(0x401F80C4u)
#define IOMUXC_ALT2_LPUART6_TX 2u
#define LPUART6_BAUD REGISTER(0x40198010u)
#define LPUART6_STAT REGISTER(0x40198014u)
#define LPUART6_CTRL REGISTER(0x40198018u)
#define LPUART6_DATA REGISTER(0x4019801Cu)
#define LPUART_BAUD_OSR_16 (15u << 24)
#define LPUART_STAT_TDRE (1u << 23)
#define LPUART_CTRL_TE (1u << 19)
#define UART_CLOCK_HZ 24000000u

void chip_start(void)
{
    CCM_CSCDR1 = (CCM_CSCDR1 & ~CCM_CSCDR1_UART_CLK_PODF) | CCM_CSCDR1_UART_CLK_SEL_OSC;
    CCM_CCGR3 |= CCM_CCGR3_LPUART6;
    IOMUXC_GPIO_AD_B0_02 = IOMUXC_ALT2_LPUART6_TX;
    LPUART6_BAUD = LPUART_BAUD_OSR_16 | DIVISOR(UART_CLOCK_HZ, 16u * RNNQ_BAUD);
    LPUART6_CTRL = LPUART_CTRL_TE;
}

void chip_send(uint8_t byte)
{
    while ((LPUART6_STAT & LPUART_STAT_TDRE) == 0u) {
    }
    LPUART6_DATA = byte;
}

/* The pin of the receiver is not set up: board.json has no source for its input selection. */
int32_t chip_receive(void)
{
    return -1;
}
