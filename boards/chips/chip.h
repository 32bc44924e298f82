/* What a chip's file (boards/chips/<family>.c) gives to the rest of the firmware. board.json names the file and gives
   its settings as macros; the registers are those of the reference manual that the file names at its top. */
#ifndef CHIP_H
#define CHIP_H

#include <stdint.h>

#include "board.h"

/* A 32-bit register. */
#define REGISTER(address) (*(volatile uint32_t *)(address))

/* Clock and pins of the console; called once, before main. */
void chip_start(void);

/* Sends one byte over the console, waiting for room. */
void chip_send(uint8_t byte);

/* The next byte that came over the console, or -1 where none is there. */
int32_t chip_receive(void);

/* Turns that a change of the clock waits for an oscillator or a PLL: some milliseconds. */
#define CHIP_TURNS 100000u

/* Waits until the bits of a mask have a value; 0 where they do not within CHIP_TURNS. With --clock fast (RNNQ_FAST_HZ), where
   something does not answer, as in emulators that have no model of the clocks, the clock stays as it is after reset. */
static inline int chip_becomes(volatile const uint32_t *place, uint32_t mask, uint32_t value)
{
    for (uint32_t turn = 0; turn < CHIP_TURNS; turn++) {
        if ((*place & mask) == value) {
            return 1;
        }
    }
    return 0;
}

/* Divisor of a clock for a baud rate, rounded to nearest. */
#define DIVISOR(hz, baud) (((hz) + (baud) / 2u) / (baud))

#endif
