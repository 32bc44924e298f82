/* nRF51822, nRF52833, nRF52840: crystal oscillator of the high-frequency clock, UART0 on RNNQ_TX_PIN and RNNQ_RX_PIN (port 1 from 32).
   Registers: nRF51 Series Reference Manual and nRF52833/nRF52840 Product Specifications, chapters CLOCK, GPIO, UART. */
#include "chip.h"

#define CLOCK_TASKS_HFCLKSTART REGISTER(0x40000000u)
#define CLOCK_EVENTS_HFCLKSTARTED REGISTER(0x40000100u)
#define UART_TASKS_STARTRX REGISTER(0x40002000u)
#define UART_TASKS_STARTTX REGISTER(0x40002008u)
#define UART_EVENTS_RXDRDY REGISTER(0x40002108u)
#define UART_EVENTS_TXDRDY REGISTER(0x4000211Cu)
#define UART_ENABLE REGISTER(0x40002500u)
#define UART_PSELTXD REGISTER(0x4000250Cu)
#define UART_PSELRXD REGISTER(0x40002514u)
#define UART_RXD REGISTER(0x40002518u)
#define UART_TXD REGISTER(0x4000251Cu)
#define UART_BAUDRATE REGISTER(0x40002524u)
#define UART_ENABLE_ENABLED 4u
#define UART_BAUDRATE_115200 0x01D7E000u
#define GPIO_BASE(pin) ((pin) < 32u ? 0x50000000u : 0x50000300u)
#define GPIO_OUTSET(pin) REGISTER(GPIO_BASE(pin) + 0x508u)
#define GPIO_DIRSET(pin) REGISTER(GPIO_BASE(pin) + 0x518u)
#define GPIO_PIN_CNF(pin) REGISTER(GPIO_BASE(pin) + 0x700u + 4u * ((pin) % 32u))
#define GPIO_PIN_CNF_INPUT 0u /* connected, no pull */

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
    GPIO_OUTSET(RNNQ_TX_PIN) = 1u << (RNNQ_TX_PIN % 32u); /* the idle line is high */
    GPIO_DIRSET(RNNQ_TX_PIN) = 1u << (RNNQ_TX_PIN % 32u);
    GPIO_PIN_CNF(RNNQ_RX_PIN) = GPIO_PIN_CNF_INPUT;
    UART_PSELTXD = RNNQ_TX_PIN;
    UART_PSELRXD = RNNQ_RX_PIN;
    UART_BAUDRATE = UART_BAUDRATE_115200;
    UART_ENABLE = UART_ENABLE_ENABLED;
    UART_TASKS_STARTTX = 1;
    UART_TASKS_STARTRX = 1;
}

void chip_send(uint8_t byte)
{
    UART_EVENTS_TXDRDY = 0;
    UART_TXD = byte;
    while (UART_EVENTS_TXDRDY == 0u) {
    }
}

int32_t chip_receive(void)
{
    if (UART_EVENTS_RXDRDY == 0u) {
        return -1;
    }
    UART_EVENTS_RXDRDY = 0; /* before the byte is taken: the next one sets it again */
    return (int32_t)(UART_RXD & 255u);
}
