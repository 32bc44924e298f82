import type { SeededRandom } from '../fixed/random.js';

/** Random changes of a training sequence; amounts in units of the scaled input values, 0 or absent: none. */
export interface Augmentation {
  /** Largest shift of all values. */
  readonly offset?: number | undefined;
  /** Standard deviation of noise on each value. */
  readonly noise?: number | undefined;
  /** Features are moved by up to so many places (bands of a spectrum); the edge value fills the gap. */
  readonly roll?: number | undefined;
  /** Up to so many consecutive steps are set to zero. */
  readonly mask?: number | undefined;
  /** The sequence is moved by up to so many steps; the edge step fills the gap. */
  readonly shift?: number | undefined;
  /** Values are scaled by 1 +- gain. */
  readonly gain?: number | undefined;
}

/** True where nothing is to be changed. */
export const isNothing = (a: Augmentation): boolean => Object.values(a).every((amount) => !amount);

/** A changed copy of values, steps x size. */
export function augment(values: Float32Array, size: number, a: Augmentation, random: SeededRandom): Float32Array {
  const steps = values.length / size;
  const within = (most: number): number => (2 * random.next() - 1) * most;
  const offset = within(a.offset ?? 0);
  const gain = 1 + within(a.gain ?? 0);
  const [roll, shift] = [Math.round(within(a.roll ?? 0)), Math.round(within(a.shift ?? 0))];
  const masked = random.integer((a.mask ?? 0) + 1);
  const from = random.integer(Math.max(1, steps - masked + 1));
  const inside = (index: number, count: number): number => Math.max(0, Math.min(count - 1, index));
  const changed = new Float32Array(values.length);
  for (let t = 0; t < steps; t++) {
    if (t >= from && t < from + masked) continue;
    const row = inside(t - shift, steps) * size;
    for (let i = 0; i < size; i++) {
      const noise = a.noise ? a.noise * random.gaussian() : 0;
      changed[t * size + i] = gain * values[row + inside(i - roll, size)]! + offset + noise;
    }
  }
  return changed;
}
