import { leadingZeros } from '../fixed/fixed.js';

/** A8: log2 of 1 + i / 32, Q10. */
export const LOGARITHMS = Uint16Array.from({ length: 33 }, (_, i) => Math.floor(1024 * Math.log2(1 + i / 32) + 0.5));

/** A8: log2(x) - 31, Q10, of a number of 1 to 2^32 - 1. */
export function logarithm(x: number): number {
  const zeros = leadingZeros(x);
  const mantissa = x << zeros;
  const i = (mantissa >>> 26) & 31;
  const rest = (mantissa >>> 16) & 1023;
  const [low, high] = [LOGARITHMS[i]!, LOGARITHMS[i + 1]!];
  return low + (((high - low) * rest + 512) >> 10) - 1024 * zeros;
}
