/** C test programs, each a whole file. */

/** Writes every pair of bytes of input.bin with the lowest bit of the first one turned; exits with 7 + their number. */
export const ECHO = `
#include "rnnq_io.h"

static uint32_t pairs;
static uint32_t start = 7u;

int main(void)
{
    uint8_t pair[2];

    while (rnnq_io_read(pair, 2u)) {
        pair[0] ^= 1u;
        rnnq_io_write(pair, 2u);
        pairs++;
    }
    rnnq_io_print("echo done");
    return (int)(start + pairs);
}
`;

/** Jumps to an address that is no code: below the programs of this computer, not Thumb on Cortex-M. */
export const FAULT = `
#include "rnnq_io.h"

int main(void)
{
    void (*volatile nowhere)(void) = (void (*)(void))8u;

    rnnq_io_write("x", 1u);
    nowhere();
    return 0;
}
`;

/** Faults with a stack pointer outside of the memory. */
export const STACK_FAULT = `
int main(void)
{
    __asm__ volatile("mov sp, %0\\n\\tpush {r0, r1}\\n\\tudf #1" : : "r"(0x90000000u));
    return 0;
}
`;

/** A load that is not aligned: faults on Cortex-M0 only. */
export const UNALIGNED = `
#include <stdint.h>

int main(void)
{
    static const uint32_t words[2] = {0x44332211u, 0x88776655u};
    uint32_t value;

    __asm__ volatile("ldr %0, [%1]" : "=r"(value) : "r"((const char *)words + 1));
    return value == 0x55443322u ? 0 : 1;
}
`;

/** Never ends. */
export const SPIN = `
int main(void)
{
    volatile int forever = 1;

    while (forever) {
    }
    return 0;
}
`;
