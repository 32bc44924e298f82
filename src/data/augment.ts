import type { SeededRandom } from '../fixed/random.js';

/** Random changes of a sequence that leave its class; absent ones are not made. Values are inputs after scaling. */
export interface Augmentation {
  /** Each value is multiplied by one number of 1 - gain .. 1 + gain; `6dB`: samples of streams instead, up to 6 dB up or down. */
  readonly gain?: number | string | undefined;
  /** One number of -offset .. offset is added to each value. */
  readonly offset?: number | undefined;
  /** Standard deviation of normal noise, drawn for each value. */
  readonly noise?: number | undefined;
  /** Features move up or down by 0 .. roll places; the outermost ones are repeated. */
  readonly roll?: number | undefined;
  /** 0 .. mask steps in a row are set to zero. */
  readonly mask?: number | undefined;
  /** Steps move forward or back in time by 0 .. shift steps; the first or last one is repeated. */
  readonly shift?: number | undefined;
}

/** What changes values alone. */
export const ofValues = ({ gain, ...rest }: Augmentation): ValueAugmentation =>
  typeof gain === 'number' ? { ...rest, gain } : rest;

/** By how much samples become louder or softer at most. */
export const decibelsOf = ({ gain }: Augmentation): number => (typeof gain === 'string' ? Number.parseFloat(gain) : 0);

export type ValueAugmentation = Omit<Augmentation, 'gain'> & { readonly gain?: number | undefined };

/** True where nothing is to be changed. */
export const isNothing = (augmentation: Augmentation): boolean =>
  Object.values(augmentation).every((amount) => !amount);

/**
 * A changed copy of a sequence, steps x size; the same state of `random` gives the same copy. Order: shift, roll, gain,
 * offset, noise, mask.
 */
export function augment(
  values: Float32Array,
  size: number,
  { gain = 0, offset = 0, noise = 0, roll = 0, mask = 0, shift = 0 }: ValueAugmentation,
  random: SeededRandom,
): Float32Array {
  const steps = values.length / size;
  const between = (limit: number): number => limit * (2 * random.next() - 1);
  const whole = (limit: number): number => random.integer(2 * limit + 1) - limit;
  const [later, higher] = [shift && whole(shift), roll && whole(roll)];
  const [factor, added] = [gain && between(gain), offset && between(offset)];
  const changed = new Float32Array(values.length);
  for (let t = 0; t < steps; t++) {
    const from = size * limited(t - later, steps);
    for (let i = 0; i < size; i++) {
      const value = values[from + limited(i - higher, size)]! * (1 + factor) + added;
      changed[t * size + i] = noise === 0 ? value : value + noise * random.gaussian();
    }
  }
  if (mask > 0) {
    const length = Math.min(steps, random.integer(mask + 1));
    const first = random.integer(steps - length + 1);
    changed.fill(0, first * size, (first + length) * size);
  }
  return changed;
}

const limited = (place: number, count: number): number => Math.max(0, Math.min(count - 1, place));
