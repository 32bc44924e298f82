/* From reset to main on any Cortex-M: vector table, copy of .data, zero of .bss, coprocessors on, main, exit.
   Every exception is a fault here (no interrupt is ever enabled): it is reported and ends the program. */
#include "rnnq_io.h"

/* Set by linker.ld. */
extern uint32_t rnnq_stack_top[];
extern uint32_t rnnq_data_start[];
extern uint32_t rnnq_data_end[];
extern const uint32_t rnnq_data_image[];
extern uint32_t rnnq_bss_start[];
extern uint32_t rnnq_bss_end[];

int main(void);
void rnnq_reset(void);
void rnnq_fault(void);
void rnnq_report_fault(uint32_t exception);

typedef void (*handler_t)(void);

struct vector_table {
    uint32_t *stack;
    handler_t reset;
    handler_t exceptions[14]; /* NMI, HardFault, MemManage, BusFault, UsageFault, SecureFault, ... SysTick */
};

extern const struct vector_table rnnq_vectors;

__attribute__((section(".vectors"), used)) const struct vector_table rnnq_vectors = {
    rnnq_stack_top,
    rnnq_reset,
    {rnnq_fault, rnnq_fault, rnnq_fault, rnnq_fault, rnnq_fault, rnnq_fault, rnnq_fault, rnnq_fault, rnnq_fault,
     rnnq_fault, rnnq_fault, rnnq_fault, rnnq_fault, rnnq_fault}};

/* Coprocessor Access Control Register: full access to CP10 and CP11, the floating-point and vector unit. */
static void enable_coprocessors(void)
{
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
    volatile uint32_t *const cpacr = (volatile uint32_t *)0xE000ED88u;

    *cpacr |= 0xFu << 20;
    __asm__ volatile("dsb\n\tisb" ::: "memory");
#endif
}

/* Vector Table Offset Register: a boot loader may have started us, with a table of its own. Cortex-M0 has no such
   register, and ignores the write. */
static void use_vectors(void)
{
    *(volatile uint32_t *)0xE000ED08u = (uint32_t)(uintptr_t)&rnnq_vectors;
}

static uint32_t words_between(const uint32_t *start, const uint32_t *end)
{
    return (uint32_t)((uintptr_t)end - (uintptr_t)start) / 4u;
}

void rnnq_reset(void)
{
    const uint32_t data_words = words_between(rnnq_data_start, rnnq_data_end);
    const uint32_t bss_words = words_between(rnnq_bss_start, rnnq_bss_end);
    uint32_t i;

    use_vectors();
    enable_coprocessors();
    for (i = 0; i < data_words; i++) {
        rnnq_data_start[i] = rnnq_data_image[i];
    }
    for (i = 0; i < bss_words; i++) {
        rnnq_bss_start[i] = 0;
    }
    __asm__ volatile("dsb\n\tisb" ::: "memory"); /* code may be among what was copied */
    rnnq_io_start();
    rnnq_io_exit(main());
}

/* The stack may be what is broken, so it is reset first. */
__attribute__((naked)) void rnnq_fault(void)
{
    __asm__ volatile("ldr r0, =rnnq_stack_top\n\t"
                     "mov sp, r0\n\t"
                     "mrs r0, ipsr\n\t"
                     "bl rnnq_report_fault\n\t"
                     ".ltorg");
}

static char *put_hex(char *to, uint32_t value, uint32_t digits)
{
    while (digits > 0u) {
        digits--;
        *to = "0123456789abcdef"[(value >> (4u * digits)) & 15u];
        to++;
    }
    return to;
}

/* Called from assembly only, which link-time optimization does not see.
   Prints the exception number and, where the core has one, the Configurable Fault Status Register (why). */
__attribute__((used)) void rnnq_report_fault(uint32_t exception)
{
    char line[] = "rnnq: FAULT exception 0x00 status 0x--------";

    (void)put_hex(line + 24, exception, 2u);
#if !defined(__ARM_ARCH_6M__)
    (void)put_hex(line + 36, *(volatile uint32_t *)0xE000ED28u, 8u);
#endif
    rnnq_io_print(line);
    rnnq_io_exit(RNNQ_EXIT_FAULT);
}
