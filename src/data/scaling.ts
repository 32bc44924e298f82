import { clamp } from '../fixed/fixed.js';
import type { InputScaling } from '../ir/model.js';

/** Real values, steps x size, as the s8 codes that an application makes of them (InputScaling). */
export function scaledCodes(values: Float64Array, { size, fraction, offset, scale }: InputScaling): Int8Array {
  const gain = 2 ** fraction;
  return Int8Array.from(values, (v, i) => {
    const own = (list: readonly number[]): number => (list.length === 1 ? list[0]! : list[i % size]!);
    return clamp(Math.floor((v - own(offset)) * own(scale) * gain + 0.5), -127, 127);
  });
}

/** Below this share of its mean a feature's deviation is rounding, not signal. */
const CONSTANT = 1e-9;

/** Scaling to the mean and +-4 standard deviations of each feature over all steps; a constant feature keeps the scale 1. */
export function learnScaling(sequences: readonly Float64Array[], size: number): InputScaling {
  const rows = sequences.reduce((sum, values) => sum + values.length / size, 0);
  const meanOf = (value: (v: number, feature: number) => number): Float64Array => {
    const sums = new Float64Array(size);
    for (const values of sequences)
      for (let i = 0; i < values.length; i++) sums[i % size]! += value(values[i]!, i % size);
    return sums.map((sum) => sum / rows);
  };
  const offset = meanOf((v) => v);
  const variance = meanOf((v, feature) => (v - offset[feature]!) ** 2);
  const scale = Array.from(variance, (square, feature) => {
    const deviation = Math.sqrt(square);
    return deviation > Math.max(CONSTANT * Math.abs(offset[feature]!), 1e-30) ? 1 / (4 * deviation) : 1;
  });
  return { size, fraction: 7, offset: Array.from(offset), scale };
}
