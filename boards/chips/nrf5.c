/* nRF51822, nRF52833, nRF52840: crystal oscillator of the high-frequency clock, UART0 on RNNQ_TX_PIN (port 1 from 32).
   Registers: nRF51 Series Reference Manual and nRF52833/nRF52840 Product Specifications, chapters CLOCK, GPIO, UART. */
#include "chip.h"

#define CLOCK_TASKS_HFCLKSTART REGISTER(0x40000000u)
#define CLOCK_EVENTS_HFCLKSTARTED REGISTER(0x40000100u)
#define UART_TASKS_STARTTX REGISTER(0x40002008u)
#define UART_EVENTS_TXDRDY REGISTER(0x4000211Cu)
#define UART_ENABLE REGISTER(0x40002500u)
#define UART_PSELTXD REGISTER(0x4000250Cu)
#define UART_TXD REGISTER(0x4000251Cu)
#define UART_BAUDRATE REGISTER(0x40002524u)
#define UART_ENABLE_ENABLED 4u
#define UART_BAUDRATE_115200 0x01D7E000u
#define GPIO_BASE (RNNQ_TX_PIN < 32u ? 0x50000000u : 0x50000300u)
#define GPIO_OUTSET REGISTER(GPIO_BASE + 0x508u)
#define GPIO_DIRSET REGISTER(GPIO_BASE + 0x518u)

#if defined(RNNQ_FAST_HZ)
/* Instruction cache of the flash; the clock itself has one frequency. nRF52840 PS, NVMC */
#define NVMC_ICACHECNF REGISTER(0x4001E540u)
#define NVMC_ICACHECNF_CACHEEN 1u
#endif

void chip_start(void)
{
#if defined(RNNQ_FAST_HZ)
    NVMC_ICACHECNF = NVMC_ICACHECNF_CACHEEN;
#endif
    CLOCK_EVENTS_HFCLKSTARTED = 0;
    CLOCK_TASKS_HFCLKSTART = 1;
    while (CLOCK_EVENTS_HFCLKSTARTED == 0u) {
    }
    GPIO_OUTSET = 1u << (RNNQ_TX_PIN % 32u); /* the idle line is high */
    GPIO_DIRSET = 1u << (RNNQ_TX_PIN % 32u);
    UART_PSELTXD = RNNQ_TX_PIN;
    UART_BAUDRATE = UART_BAUDRATE_115200;
    UART_ENABLE = UART_ENABLE_ENABLED;
    UART_TASKS_STARTTX = 1;
}

void chip_send(uint8_t byte)
{
    UART_EVENTS_TXDRDY = 0;
    UART_TXD = byte;
    while (UART_EVENTS_TXDRDY == 0u) {
    }
}
