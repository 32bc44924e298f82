/* rnnq_io.h on a board of its own: lines go to the serial port, and there are no files. The end is a pause and a reset,
   so that who opens the port late sees the next run from its beginning. */
#include "rnnq_io.h"

#include "chip.h"

#define AIRCR REGISTER(0xE000ED0Cu) /* Application Interrupt and Reset Control Register of every Cortex-M */
#define AIRCR_SYSRESETREQ 0x05FA0004u
#define PAUSE (RNNQ_CLOCK_HZ / 4u) /* turns of a loop of a few cycles: a second or two */

void rnnq_io_start(void)
{
    chip_start();
}

int rnnq_io_read(void *data, uint32_t bytes)
{
    (void)data;
    (void)bytes;
    return 0;
}

void rnnq_io_write(const void *data, uint32_t bytes)
{
    (void)data;
    (void)bytes;
}

void rnnq_io_print(const char *text)
{
    while (*text != '\0') {
        chip_send((uint8_t)*text);
        text++;
    }
    chip_send((uint8_t)'\r');
    chip_send((uint8_t)'\n');
}

void rnnq_io_exit(int code)
{
    (void)code;
    for (uint32_t turn = 0; turn < PAUSE; turn++) {
        __asm__ volatile("nop");
    }
    for (;;) {
        AIRCR = AIRCR_SYSRESETREQ;
    }
}
