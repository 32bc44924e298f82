/* The step of a network in a timer interrupt: samples come 50 times a second whatever the main loop does. */
#include <stdint.h>

#include "gesture.h"

#define REG(address) (*(volatile uint32_t *)(address))
#define SYSTICK_CONTROL REG(0xE000E010u)
#define SYSTICK_RELOAD REG(0xE000E014u)
#define SYSTICK_VALUE REG(0xE000E018u)
#define CLOCK_HZ 25000000u /* of QEMU's mps2-an386 */
#define STEPS_A_SECOND 50u
#define STEPS_A_GESTURE 40u

extern uint32_t stack_top, bss_start, bss_end;
int main(void);

/* The interrupt owns these. */
static gesture_state_t state;
static gesture_scratch_t scratch;
static volatile uint32_t steps;

/* The main loop owns these. */
static gesture_state_t copy;
static gesture_scratch_t answer_scratch;

/* Replace by the registers or the driver of an accelerometer, in g. */
static void read_accelerometer(uint32_t t, float g[GESTURE_INPUT_SIZE])
{
    static const uint32_t periods[] = {17u, 5u, 40u}; /* one of each gesture */
    const uint32_t period = periods[t / STEPS_A_GESTURE % 3u];

    for (uint32_t i = 0; i < GESTURE_INPUT_SIZE; i++)
        g[i] = (float)(t * (i + 3u) % period) / 16.0f - 0.5f;
}

void SysTick_Handler(void)
{
    float g[GESTURE_INPUT_SIZE];
    int8_t x[GESTURE_INPUT_SIZE];

    read_accelerometer(steps, g);
    for (int i = 0; i < GESTURE_INPUT_SIZE; i++)
        x[i] = GESTURE_QUANTIZE_INPUT(g[i]);
    gesture_advance(&state, &scratch, x);
    steps = steps + 1u;
}

/* Semihosting: writes text (4), ends the program (0x18). Replace by your console. */
static void semihosting(uint32_t operation, const void *argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;

    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

static void say(const char *text)
{
    semihosting(4u, text);
}

int main(void)
{
    int16_t y[GESTURE_OUTPUT_SIZE];

    gesture_reset(&state);
    SYSTICK_RELOAD = CLOCK_HZ / STEPS_A_SECOND - 1u;
    SYSTICK_VALUE = 0u;
    SYSTICK_CONTROL = 7u; /* core clock, interrupt, on */
    for (uint32_t gestures = 1u; gestures <= 3u; gestures++) {
        while (steps < gestures * STEPS_A_GESTURE)
            __asm__ volatile("wfi");
        __asm__ volatile("cpsid i" ::: "memory");
        copy = state;
        __asm__ volatile("cpsie i" ::: "memory");
        gesture_output(&copy, &answer_scratch, y);
        say("gesture: ");
        say(gesture_labels[gesture_argmax(y)]);
        say("\n");
    }
    semihosting(0x18u, (const void *)0x20026u); /* the application ended */
    for (;;) {
    }
}

void reset(void)
{
    for (uint32_t *word = &bss_start; word < &bss_end; word++)
        *word = 0u;
    REG(0xE000ED88u) |= 0xFu << 20; /* CPACR: the floating-point unit on, where there is one */
    main();
    for (;;) {
    }
}

static void fault(void)
{
    for (;;) {
    }
}

typedef void (*vector_t)(void);

__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    vector_t handlers[15];
} vectors = {&stack_top, {reset, fault, fault, fault, fault, fault, 0, 0, 0, 0, fault, fault, 0, fault, SysTick_Handler}};
