/** A cache between the processor and its flash, least recently used lines replaced. */
export interface FlashCache {
  readonly bytes: number;
  readonly lineBytes: number;
  /** Lines of a set; `full`: any line may be anywhere. */
  readonly ways: number | 'full';
}

/** How a chip reads its flash: what is between it and the processor. */
export interface FlashTiming {
  /** Bytes that one access to the flash gives. */
  readonly lineBytes: number;
  /** The line after the one that is executed is read ahead. */
  readonly prefetch: boolean;
  readonly instructionCache: FlashCache | null;
  /** Of constants; `shared`: the same cache as that of instructions. */
  readonly dataCache: FlashCache | 'shared' | null;
  /** Where the manual says so, and what is assumed. */
  readonly source: string;
}

/** The flash of each family of chips, with caches and prefetch on. */
export const FLASH_TIMINGS = {
  stm32f1: {
    ...{ lineBytes: 8, prefetch: true, instructionCache: null, dataCache: null },
    source: 'PM0075, 2.1: reads of 64 bits, prefetch buffer of two of them; assumed: data reads wait',
  },
  stm32f4: {
    ...{ lineBytes: 16, prefetch: true },
    instructionCache: { bytes: 1024, lineBytes: 16, ways: 'full' },
    dataCache: { bytes: 128, lineBytes: 16, ways: 'full' },
    source:
      'RM0090, 3.5.2 (RM0368, RM0390: 3.4.2): 128-bit reads, prefetch, 64 lines for instructions and 8 for data; assumed: the least recently used line is replaced',
  },
  stm32l4: {
    ...{ lineBytes: 8, prefetch: true },
    instructionCache: { bytes: 1024, lineBytes: 32, ways: 'full' },
    dataCache: { bytes: 256, lineBytes: 32, ways: 'full' },
    source:
      'RM0351, 3.3.4: 32 lines of 4 x 64 bits for instructions, 8 for data; assumed: a miss waits for the first 64 bits alone',
  },
  stm32g0: {
    ...{ lineBytes: 8, prefetch: true },
    instructionCache: { bytes: 16, lineBytes: 8, ways: 'full' },
    dataCache: null,
    source:
      'RM0444, 3.3.4: 64-bit reads, prefetch, 2 lines of 64 bits for instructions; assumed: data reads always wait',
  },
  nrf52: {
    ...{ lineBytes: 16, prefetch: false },
    instructionCache: { bytes: 2048, lineBytes: 16, ways: 2 },
    dataCache: null,
    source:
      'nRF52840 PS, NVMC: instruction cache; assumed, as it is not published: 2 KB, 2 ways, lines of 128 bits, data reads always wait',
  },
  rp2040: {
    ...{ lineBytes: 8, prefetch: false },
    instructionCache: { bytes: 16384, lineBytes: 8, ways: 2 },
    dataCache: 'shared',
    source:
      'RP2040 data sheet, 2.6.3: 16 KB, 2 ways; a miss of 50 cycles is 400 ns at 125 MHz, measured by oberon-rtk.org; assumed: lines of 8 bytes',
  },
} as const satisfies Readonly<Record<string, FlashTiming>>;

export type FlashTimingName = keyof typeof FLASH_TIMINGS;

/** An operating point: cycles that a read waits, and whether caches and prefetch are on. */
export interface FlashPoint {
  readonly timing: FlashTiming;
  /** Cycles of a read of the flash beyond the first. */
  readonly waitStates: number;
  /** False: neither cache nor prefetch, as many chips are after reset. */
  readonly accelerated: boolean;
}
