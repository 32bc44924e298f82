/* RP2040 and RP2350: system clock from the 12 MHz crystal, of RP2040 also through the PLL; UART0 on GPIO0 and GPIO1.
   Registers: RP2040 and RP2350 datasheets, chapters Resets, Clocks, XOSC, GPIO, UART. */
#include "chip.h"

#if defined(RNNQ_CHIP_RP2040)
#define RESETS_BASE 0x4000C000u
#define RESETS_BLOCKS ((1u << 5) | (1u << 8) | (1u << 22)) /* IO_BANK0, PADS_BANK0, UART0 */
#define CLOCKS_BASE 0x40008000u
#define XOSC_BASE 0x40024000u
#define IO_BANK0_BASE 0x40014000u
#define PADS_BANK0_BASE 0x4001C000u
#define PL011_BASE 0x40034000u
#else
#define RESETS_BASE 0x40020000u
#define RESETS_BLOCKS ((1u << 6) | (1u << 9) | (1u << 26)) /* IO_BANK0, PADS_BANK0, UART0 */
#define CLOCKS_BASE 0x40010000u
#define XOSC_BASE 0x40048000u
#define IO_BANK0_BASE 0x40028000u
#define PADS_BANK0_BASE 0x40038000u
#define PL011_BASE 0x40070000u
#endif
#include "pl011.h"

#define RESETS_RESET REGISTER(RESETS_BASE)
#define RESETS_RESET_DONE REGISTER(RESETS_BASE + 0x08u)
#define CLOCKS_CLK_REF_CTRL REGISTER(CLOCKS_BASE + 0x30u)
#define CLOCKS_CLK_REF_SELECTED REGISTER(CLOCKS_BASE + 0x38u)
#define CLOCKS_CLK_SYS_CTRL REGISTER(CLOCKS_BASE + 0x3Cu)
#define CLOCKS_CLK_SYS_SELECTED REGISTER(CLOCKS_BASE + 0x44u)
#define CLOCKS_CLK_PERI_CTRL REGISTER(CLOCKS_BASE + 0x48u)
#define CLOCKS_CLK_PERI_CTRL_ENABLE (1u << 11) /* its source is the system clock after reset */
#define CLOCKS_CLK_REF_XOSC 2u
#define XOSC_CTRL REGISTER(XOSC_BASE)
#define XOSC_STATUS REGISTER(XOSC_BASE + 0x04u)
#define XOSC_STARTUP REGISTER(XOSC_BASE + 0x0Cu)
#define XOSC_CTRL_ENABLE_1_15MHZ 0x00FABAA0u
#define XOSC_STATUS_STABLE (1u << 31)
#define XOSC_STARTUP_1_MS 47u /* 12 MHz * 1 ms / 256 */
#define IO_BANK0_GPIO0_CTRL REGISTER(IO_BANK0_BASE + 0x04u)
#define IO_BANK0_GPIO1_CTRL REGISTER(IO_BANK0_BASE + 0x0Cu)
#define IO_BANK0_FUNCTION_UART 2u
#define PADS_BANK0_GPIO0 REGISTER(PADS_BANK0_BASE + 0x04u)
#define PADS_BANK0_GPIO1 REGISTER(PADS_BANK0_BASE + 0x08u)
#define PADS_BANK0_INPUT_ENABLE (1u << 6)
#define PADS_BANK0_ISOLATE_OR_OUTPUT_DISABLE ((1u << 8) | (1u << 7)) /* isolation exists in RP2350 only */

static void start_clock(void)
{
    XOSC_STARTUP = XOSC_STARTUP_1_MS;
    XOSC_CTRL = XOSC_CTRL_ENABLE_1_15MHZ;
    while ((XOSC_STATUS & XOSC_STATUS_STABLE) == 0u) {
    }
    CLOCKS_CLK_SYS_CTRL = 0; /* from the reference clock */
    while ((CLOCKS_CLK_SYS_SELECTED & 1u) == 0u) {
    }
    CLOCKS_CLK_REF_CTRL = CLOCKS_CLK_REF_XOSC;
    while ((CLOCKS_CLK_REF_SELECTED & (1u << CLOCKS_CLK_REF_XOSC)) == 0u) {
    }
    CLOCKS_CLK_PERI_CTRL = CLOCKS_CLK_PERI_CTRL_ENABLE;
}

#if defined(RNNQ_FAST_HZ) && defined(RNNQ_CHIP_RP2040)
#define RESETS_PLL_SYS (1u << 12)
#define PLL_SYS_CS REGISTER(0x40028000u)
#define PLL_SYS_CS_LOCK (1u << 31)
#define PLL_SYS_PWR REGISTER(0x40028004u)
#define PLL_SYS_PWR_PD_VCOPD ((1u << 0) | (1u << 5))
#define PLL_SYS_PWR_POSTDIVPD (1u << 3)
#define PLL_SYS_FBDIV REGISTER(0x40028008u)
#define PLL_SYS_PRIM REGISTER(0x4002800Cu)
/* 12 MHz x 125 = 1,500 MHz, / 6 / 2 = 125 MHz. RP2040 data sheet, 2.18.2 */
#define FBDIV (RNNQ_FAST_HZ / 1000000u)
#define PRIM ((6u << 16) | (2u << 12))
#define CLOCKS_CLK_SYS_PLL 1u

/* The system clock from the PLL; the UART's follows it. */
static void start_pll(void)
{
    RESETS_RESET &= ~RESETS_PLL_SYS;
    if (!chip_becomes(&RESETS_RESET_DONE, RESETS_PLL_SYS, RESETS_PLL_SYS)) {
        return;
    }
    PLL_SYS_CS = 1u; /* reference divided by 1 */
    PLL_SYS_FBDIV = FBDIV;
    PLL_SYS_PWR &= ~PLL_SYS_PWR_PD_VCOPD;
    if (!chip_becomes(&PLL_SYS_CS, PLL_SYS_CS_LOCK, PLL_SYS_CS_LOCK)) {
        return;
    }
    PLL_SYS_PRIM = PRIM;
    PLL_SYS_PWR &= ~PLL_SYS_PWR_POSTDIVPD;
    CLOCKS_CLK_SYS_CTRL = CLOCKS_CLK_SYS_PLL; /* its auxiliary source is the PLL after reset */
    if (chip_becomes(&CLOCKS_CLK_SYS_SELECTED, 1u << CLOCKS_CLK_SYS_PLL, 1u << CLOCKS_CLK_SYS_PLL)) {
        rnnq_board_clock_hz = RNNQ_FAST_HZ;
    } else {
        CLOCKS_CLK_SYS_CTRL = 0;
    }
}
#else
static void start_pll(void)
{
}
#endif

void chip_start(void)
{
    start_clock();
    start_pll();
    RESETS_RESET &= ~RESETS_BLOCKS;
    while ((RESETS_RESET_DONE & RESETS_BLOCKS) != RESETS_BLOCKS) {
    }
    IO_BANK0_GPIO0_CTRL = IO_BANK0_FUNCTION_UART;
    IO_BANK0_GPIO1_CTRL = IO_BANK0_FUNCTION_UART;
    PADS_BANK0_GPIO0 &= ~PADS_BANK0_ISOLATE_OR_OUTPUT_DISABLE;
    PADS_BANK0_GPIO1 = (PADS_BANK0_GPIO1 | PADS_BANK0_INPUT_ENABLE) & ~PADS_BANK0_ISOLATE_OR_OUTPUT_DISABLE;
    pl011_start(rnnq_board_clock_hz);
}
