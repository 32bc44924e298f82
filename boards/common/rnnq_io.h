/* What a test program may ask of the board it runs on: a file in, a file out, a line of text, an end.
   Three implementations: io_host.c (stdio), io_semihosting.c (Arm semihosting, under QEMU or a debugger) and io_uart.c
   (a real board: the serial port of boards/chips, no files). */
#ifndef RNNQ_IO_H
#define RNNQ_IO_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Exit codes the board's own code ends with; a test program should use others. */
#define RNNQ_EXIT_IO 74    /* output.bin could not be written */
#define RNNQ_EXIT_FAULT 70 /* a fault handler was entered */

/* Called by startup.c before main. */
void rnnq_io_start(void);

/* Reads the next bytes of input.bin in the working directory. 1 = got them all, 0 = the end came first. */
int rnnq_io_read(void *data, uint32_t bytes);

/* Appends to output.bin in the working directory, which starts empty. Buffered until rnnq_io_exit. */
void rnnq_io_write(const void *data, uint32_t bytes);

/* Prints one line on the console; the line end is added. */
void rnnq_io_print(const char *text);

/* Writes what is buffered and ends the program; the code becomes its exit status. Returning from main does the same. */
void rnnq_io_exit(int code);

#ifdef __cplusplus
}
#endif

#endif
