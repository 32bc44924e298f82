/* What a chip's file (boards/chips/<family>.c) gives to the rest of the firmware. board.json names the file and gives
   its settings as macros; the registers are those of the reference manual that the file names at its top. */
#ifndef CHIP_H
#define CHIP_H

#include <stdint.h>

/* A 32-bit register. */
#define REGISTER(address) (*(volatile uint32_t *)(address))

/* Clock and console pin; called once, before main. */
void chip_start(void);

/* Sends one byte over the console, waiting for room. */
void chip_send(uint8_t byte);

/* Divisor of a clock for a baud rate, rounded to nearest. */
#define DIVISOR(hz, baud) (((hz) + (baud) / 2u) / (baud))

#endif
