/* The marks of marks.S where QEMU has no plugins: the board's counter runs on virtual time, of which -icount gives every
 * instruction the same; each region writes its ticks to output.bin. */
#include "cycles.h"
#include "rnnq_io.h"

void rnnq_mark_begin(void);
void rnnq_mark_end(void);

void rnnq_mark_begin(void)
{
    static int ready;

    if (!ready) {
        (void)rnnq_cycles_counter();
        ready = 1;
    }
    rnnq_cycles_begin();
}

void rnnq_mark_end(void)
{
    const uint32_t ticks = rnnq_cycles_end();

    rnnq_io_write(&ticks, (uint32_t)sizeof ticks);
}
