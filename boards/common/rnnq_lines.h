/* Lines of the form `rnnq name=value name=value` that firmware prints and src/boards/step-log.ts reads. */
#ifndef RNNQ_LINES_H
#define RNNQ_LINES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Begins a line; at most 95 characters follow until it is printed. */
void rnnq_line_begin(void);

/* Adds a text, a text and a decimal number, a text and 8 hexadecimal digits. */
void rnnq_line_put(const char *text);
void rnnq_line_number(const char *name, uint32_t value);
void rnnq_line_hash(const char *name, uint32_t value);

/* Prints the line. */
void rnnq_line_print(void);

#ifdef __cplusplus
}
#endif

#endif
