import type { InputScaling } from '../ir/model.js';
import type { Values } from './values.js';

/** How the scaling of the input is found: see chooseScaling. */
export type Normalization =
  | { readonly kind: 'standard' | 'range' | 'none' }
  | { readonly kind: 'scale'; readonly scale: readonly number[] };

/**
 * The scaling of inputs of `size` features, of 7 fraction bits: `standard` takes mean and +-4 standard deviations of the
 * sequences, `range` 0 and the largest magnitude, `none` 0 and 1, `scale` 0 and the factors given. `common` learns one
 * offset and one scale for all features instead of one each.
 */
export function chooseScaling(
  normalization: Normalization,
  sequences: readonly Values[],
  size: number,
  common: boolean,
): InputScaling {
  const learned = common ? 1 : size;
  switch (normalization.kind) {
    case 'standard':
      return { ...learnScaling(sequences, learned), size };
    case 'range':
      return { size, fraction: 7, offset: [0], scale: learnRange(sequences, learned) };
    case 'none':
      return { size, fraction: 7, offset: [0], scale: [1] };
    case 'scale':
      return { size, fraction: 7, offset: [0], scale: normalization.scale };
  }
}

/** Below this share of its mean a feature's deviation is rounding, not signal. */
const CONSTANT = 1e-9;
/** Magnitudes below it count as zero: their scale would leave what model.json may hold. */
const SMALLEST = 1e-30;

/** Scaling to the mean and +-4 standard deviations of each feature over all steps; a constant feature keeps the scale 1. */
export function learnScaling(sequences: readonly Values[], size: number): InputScaling {
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
    return deviation > Math.max(CONSTANT * Math.abs(offset[feature]!), SMALLEST) ? 1 / (4 * deviation) : 1;
  });
  return { size, fraction: 7, offset: Array.from(offset), scale };
}

/** 1 / largest magnitude of each feature; 1 for a feature that is zero. */
function learnRange(sequences: readonly Values[], size: number): number[] {
  const largest = new Float64Array(size);
  for (const values of sequences)
    for (let i = 0; i < values.length; i++) largest[i % size] = Math.max(largest[i % size]!, Math.abs(values[i]!));
  return Array.from(largest, (magnitude) => (magnitude > SMALLEST ? 1 / magnitude : 1));
}
