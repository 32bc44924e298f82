/* rnnq_io.h on a board without files: lines go to the serial port, and input comes from it. To ask for input, a line
   `rnnq read=<bytes>` is printed; src/boards/sample-feed.ts answers with the byte 1, the bytes and their sum modulo 256, or
   with the byte 0 where the input has ended. A byte R where an answer is due restarts the program, so that a computer that
   opens the port late sees a run from its beginning; so does an answer that breaks off, and the end, after a pause. */
#include "rnnq_io.h"

#include "chip.h"
#include "rnnq_lines.h"

#define AIRCR REGISTER(0xE000ED0Cu) /* Application Interrupt and Reset Control Register of every Cortex-M */
#define AIRCR_SYSRESETREQ 0x05FA0004u
#define PAUSE (RNNQ_CLOCK_HZ / 4u) /* turns of a loop of a few cycles: a second or two */
#define BROKEN (RNNQ_CLOCK_HZ / 8u) /* turns without a byte of an answer: a second or two */
#define QUIET (RNNQ_CLOCK_HZ / 400u) /* turns without a byte, some milliseconds */

#define ANSWER_END 0u
#define ANSWER_DATA 1u
#define ANSWER_RESTART ((uint8_t)'R')

static void restart(void)
{
    for (;;) {
        AIRCR = AIRCR_SYSRESETREQ;
    }
}

void rnnq_io_start(void)
{
    chip_start();
}

/* Drops what was sent to an earlier run. */
static void wait_for_quiet(void)
{
    for (uint32_t turn = 0; turn < QUIET; turn++) {
        if (chip_receive() >= 0) {
            turn = 0;
        }
    }
}

static uint8_t receive(void)
{
    for (;;) {
        const int32_t byte = chip_receive();

        if (byte >= 0) {
            return (uint8_t)byte;
        }
    }
}

/* The next byte of an answer. Where none comes, the computer has given up: the program begins again. */
static uint8_t receive_soon(void)
{
    for (uint32_t turn = 0; turn < BROKEN; turn++) {
        const int32_t byte = chip_receive();

        if (byte >= 0) {
            return (uint8_t)byte;
        }
    }
    restart();
    return 0;
}

int rnnq_io_read(void *data, uint32_t bytes)
{
    static int quiet;
    uint8_t *const to = data;
    uint8_t answer;
    uint32_t sum = 0;

    if (!quiet) {
        wait_for_quiet();
        quiet = 1;
    }
    rnnq_line_begin();
    rnnq_line_number(" read=", bytes);
    rnnq_line_print();
    do {
        answer = receive();
        if (answer == ANSWER_RESTART) {
            restart();
        }
        if (answer == ANSWER_END) {
            return 0;
        }
    } while (answer != ANSWER_DATA);
    for (uint32_t i = 0; i < bytes; i++) {
        to[i] = receive_soon();
        sum += to[i];
    }
    if (receive_soon() != (uint8_t)(sum & 255u)) {
        rnnq_io_print("rnnq: FAULT bytes were lost or changed on the serial line");
        rnnq_io_exit(RNNQ_EXIT_IO);
    }
    return 1;
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
    restart();
}
