import { INT32_MAX, roundShift } from './fixed.js';

/** N11: value of an output code y in units of 10^-decimals = offset + roundShift(y * m, shift). */
export interface OutputScale {
  /** 0..32767 */
  readonly m: number;
  /** 0..30 */
  readonly shift: number;
  readonly offset: number;
  readonly decimals: number;
}

/** Most decimals: 10^9 is the largest power of ten in int32. */
export const MAX_DECIMALS = 9;
/** Magnitude of the largest output code. */
const MAX_CODE = 32768;

/**
 * N11: the integers of an output whose value is offset + scale * y * 2^-fraction, or null where they leave int32.
 * @param decimals places after the point; not given: the fewest whose last place is at most the step of a code, that fit
 */
export function chooseOutputScale(
  { scale, offset }: { readonly scale: number; readonly offset: number },
  fraction: number,
  decimals?: number,
): OutputScale | null {
  if (decimals !== undefined) return scaleFor(scale, offset, fraction, decimals);
  let places = 0;
  while (places < MAX_DECIMALS && 10 ** -places > scale * 2 ** -fraction) places++;
  let found = scaleFor(scale, offset, fraction, places);
  while (found === null && places > 0) found = scaleFor(scale, offset, fraction, --places);
  return found;
}

function scaleFor(scale: number, offset: number, fraction: number, decimals: number): OutputScale | null {
  const gain = scale * 2 ** -fraction * 10 ** decimals;
  const at = (bits: number): number => Math.floor(gain * 2 ** bits + 0.5);
  let shift = 30;
  while (shift >= 0 && at(shift) > 32767) shift--;
  const whole = Math.floor(offset * 10 ** decimals + 0.5);
  if (shift < 0 || !(Math.abs(whole) + roundShift(MAX_CODE * at(shift), shift) <= INT32_MAX)) return null;
  return { m: at(shift), shift, offset: whole, decimals };
}

/** N11: the value of an output code, in units of 10^-decimals. */
export const outputValue = (y: number, { m, shift, offset }: OutputScale): number => offset + roundShift(y * m, shift);

/** Least output code that is reported, of a threshold in units of the logit (N12): ceil(threshold * 2^fraction). */
export const thresholdCode = (threshold: number, fraction: number): number => Math.ceil(threshold * 2 ** fraction);
