/* Second stage of the RP2040's boot: the ROM copies the first 252 bytes of the flash to the end of the SRAM, checks
   the CRC-32 that follows them (rnnq build writes it), and runs them. They set the flash controller to plain serial
   reads (command 03h), which every flash chip knows, and start the program as a reset would.
   RP2040 datasheet, chapters Boot sequence (bootrom), SSI, and Armv6-M ARM, VTOR. */
    .syntax unified
    .cpu cortex-m0plus
    .thumb
    .section .boot, "ax"

    ldr r0, =0x18000000     /* XIP_SSI_BASE */
    movs r1, #0
    str r1, [r0, #0x08]     /* SSIENR: off */
    movs r1, #4
    str r1, [r0, #0x14]     /* BAUDR: system clock / 4 */
    ldr r1, =0x001F0300     /* CTRLR0: 32-bit frames, read after instruction and address, one data line */
    str r1, [r0, #0x00]
    movs r1, #0
    str r1, [r0, #0x04]     /* CTRLR1: one frame at a time */
    ldr r1, =0x18000000 + 0xF4
    ldr r2, =0x03000218     /* SPI_CTRLR0: command 03h of 8 bits, address of 24 bits, both on one line */
    str r2, [r1]
    movs r1, #1
    str r1, [r0, #0x08]     /* SSIENR: on */

    ldr r0, =rnnq_vectors
    ldr r1, =0xE000ED08     /* VTOR */
    str r0, [r1]
    ldr r1, [r0]
    mov sp, r1
    ldr r1, [r0, #4]
    bx r1

    .ltorg
    .org 256, 0
