/* rnnq_io.h on a computer with an operating system. */
#include "rnnq_io.h"

#include <stdio.h>
#include <stdlib.h>

static FILE *input;
static FILE *output;

static void fail(const char *text)
{
    fputs(text, stderr);
    exit(RNNQ_EXIT_IO);
}

int rnnq_io_read(void *data, uint32_t bytes)
{
    if (input == NULL) {
        input = fopen("input.bin", "rb");
    }
    return input != NULL && fread(data, 1, bytes, input) == bytes;
}

void rnnq_io_write(const void *data, uint32_t bytes)
{
    if (output == NULL) {
        output = fopen("output.bin", "wb");
    }
    if (output == NULL || fwrite(data, 1, bytes, output) != bytes) {
        fail("rnnq: cannot write output.bin\n");
    }
}

void rnnq_io_print(const char *text)
{
    puts(text);
}

void rnnq_io_exit(int code)
{
    if (output != NULL && fclose(output) != 0) {
        fail("rnnq: cannot write output.bin\n");
    }
    exit(code);
}
