import type { OpDef } from './op.js';
import { requireInt32, requireLength } from './op.js';

/** out_j = sum_i w_ji x_i, s32, exact. */
export const matvec: OpDef<'matvec'> = {
  elementwise: false,
  arity: 1,
  infer({ attributes: { weights } }, [x]) {
    requireLength(weights.cols, x!.length, 'the input of a matvec');
    const [min, max] = accumulatorRange(weights.codes, weights.rows, weights.cols, x!.min, x!.max);
    requireInt32(min, max, 'an accumulator');
    return { dtype: 's32', fraction: x!.fraction, length: weights.rows, min, max };
  },
  evaluate({ attributes: { weights } }, [x], output) {
    const { codes, rows, cols } = weights;
    const vector = x!;
    let at = 0;
    let j = 0;
    for (; j + 2 <= rows; j += 2) {
      let first = 0;
      let second = 0;
      for (let i = 0; i < cols; i++) {
        const v = vector[i]!;
        first = (first + codes[at + i]! * v) | 0;
        second = (second + codes[at + cols + i]! * v) | 0;
      }
      output[j] = first;
      output[j + 1] = second;
      at += 2 * cols;
    }
    if (j < rows) {
      let sum = 0;
      for (let i = 0; i < cols; i++) sum = (sum + codes[at + i]! * vector[i]!) | 0;
      output[j] = sum;
    }
  },
};

/** Exact range over all rows for inputs in [low, high]: each input occurs once in a sum. */
export function accumulatorRange(codes: Int8Array, rows: number, cols: number, low: number, high: number): readonly [number, number] {
  let min = 0;
  let max = 0;
  for (let j = 0; j < rows; j++) {
    let positive = 0;
    let negative = 0;
    for (let i = j * cols; i < (j + 1) * cols; i++) {
      const w = codes[i]!;
      if (w > 0) positive += w;
      else negative -= w;
    }
    min = Math.min(min, positive * low - negative * high);
    max = Math.max(max, positive * high - negative * low);
  }
  return [min, max];
}
