/**
 * The integer arithmetic of docs/numerics.md. Every function here has a twin of the same name in
 * runtime-c/include/rnnq_fixed.h, in the same order. All values are integers inside int32.
 */

export const INT32_MIN = -2147483648;
export const INT32_MAX = 2147483647;
/** Fraction bits F of every gate pre-activation (N5). */
export const PREACTIVATION_FRACTION = 12;

/** One of two numbers: `yes` where a is below 0. */
export const ifNegative = (a: number, yes: number, no: number): number => (a < 0 ? yes : no);

/** The nearest value of [low, high]. */
export const clamp = (a: number, low: number, high: number): number => Math.min(Math.max(a, low), high);

/** The greatest value up to `high`; the distance must fit int32. */
export const atMost = (a: number, high: number): number => Math.min(a, high);

/** The least value from `low` on; the distance must fit int32. */
export const atLeast = (a: number, low: number): number => Math.max(a, low);

/** The least value from `low` on, of a number that is at least low - 1. */
export const atLeastNext = (a: number, low: number): number => Math.max(a, low);

/** The nearest value of [low, high], for numbers whose distance to the limits fits int32. */
export const clampNear = (a: number, low: number, high: number): number => clamp(a, low, high);

/** The nearest value of [-128, 127]; a + 128 must fit int32. */
export const saturate8 = (a: number): number => clamp(a, -128, 127);

/** The same of a number from -128 on. */
export const saturate8Above = (a: number): number => atMost(a, 127);

/** The nearest value of [0, 255]; the distance must fit int32. */
export const saturateU8 = (a: number): number => clamp(a, 0, 255);

/** N1: a / 2^n, ties towards plus infinity; 0 <= n <= 30 and a + 2^(n-1) must fit int32. */
export const roundShift = (a: number, n: number): number => (n === 0 ? a : (a + (1 << (n - 1))) >> n);

/** N1 for n = m + 1, 0 <= m <= 29, without having to make 2^(n-1). */
export const roundShiftMore = (a: number, m: number): number => ((a >> m) + 1) >> 1;

/** N2, multiplier form: a real scale of m * 2^-(pre + n), products inside int32. */
export const requantizeMultiplier = (a: number, pre: number, m: number, n: number): number =>
  roundShift(Math.imul(roundShift(a, pre), m), n);

/** N2, shift form: a real scale of 2^(left - n). */
export const requantizeShift = (a: number, left: number, n: number): number => roundShift(a * (1 << left), n);

/**
 * N5: table index of a pre-activation, clamped to the 256 entries; left is 0 unless a narrow state must be widened. 128
 * above it must fit int32.
 */
export const tableIndex = (a: number, left: number, shift: number): number =>
  saturate8(roundShift(a * (1 << left), shift));

/** A3: floor(a c / 2^16) for a c of 16 bits. */
export const multiplyHigh = (a: number, c: number): number =>
  (Math.imul(a >> 16, c) + (Math.imul(a & 0xffff, c) >> 16)) | 0;

/** Bits above the highest one that is set in the 32 of a; 32 for 0. */
export const leadingZeros = (a: number): number => Math.clz32(a);

/** The lower 16 bits as a signed number. */
export const lowerHalf = (a: number): number => (a << 16) >> 16;

/** A6: the upper 16 bits of z * 2^shift, without those that leave int32. */
export const upperHalf = (z: number, shift: number): number => (z << shift) >> 16;

/** N6: place of a * 2^left in a table, the lowest `shift` bits of it between two entries. The distance to its limits must fit int32. */
export const tablePosition = (a: number, left: number, shift: number): number =>
  clampNear(a * (1 << left), -(128 << shift), (128 << shift) - 1);

/** N6: the value at a position between two entries. */
export const tableLine = (low: number, high: number, position: number, shift: number): number =>
  low + roundShift((high - low) * (position & ((1 << shift) - 1)), shift);
