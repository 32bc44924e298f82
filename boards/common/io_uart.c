/* rnnq_io.h on a board of its own: lines go to the serial port, there are no files, and the end is an endless sleep. */
#include "rnnq_io.h"

#include "chip.h"

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
    for (;;) {
        __asm__ volatile("wfi");
    }
}
