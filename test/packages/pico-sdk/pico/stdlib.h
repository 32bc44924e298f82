/* Declarations of the Pico SDK as far as examples/packages/streams uses them, to compile it without the SDK. */
#ifndef PICO_STDLIB_H
#define PICO_STDLIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef unsigned int uint;
typedef struct repeating_timer repeating_timer_t;
typedef bool (*repeating_timer_callback_t)(repeating_timer_t *rt);
struct repeating_timer {
    int64_t delay_us;
    void *user_data;
};

bool stdio_init_all(void);
bool add_repeating_timer_us(int64_t delay_us, repeating_timer_callback_t callback, void *user_data,
                            repeating_timer_t *out);
static inline void __wfi(void)
{
    __asm volatile("wfi");
}

#endif
