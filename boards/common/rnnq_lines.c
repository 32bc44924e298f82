#include "rnnq_lines.h"

#include "rnnq_io.h"

static char line[96];
static char *end;

void rnnq_line_begin(void)
{
    end = line;
    rnnq_line_put("rnnq");
}

void rnnq_line_put(const char *text)
{
    while (*text != '\0' && end < line + sizeof line - 1) {
        *end = *text;
        end++;
        text++;
    }
}

void rnnq_line_number(const char *name, uint32_t value)
{
    char digits[11];
    char *first = digits + 10;

    rnnq_line_put(name);
    *first = '\0';
    do {
        first--;
        *first = (char)('0' + value % 10u);
        value /= 10u;
    } while (value != 0u);
    rnnq_line_put(first);
}

void rnnq_line_hash(const char *name, uint32_t value)
{
    char digits[9];

    rnnq_line_put(name);
    for (uint32_t i = 0; i < 8u; i++) {
        digits[i] = "0123456789abcdef"[(value >> (28u - 4u * i)) & 15u];
    }
    digits[8] = '\0';
    rnnq_line_put(digits);
}

void rnnq_line_print(void)
{
    *end = '\0';
    rnnq_io_print(line);
}
