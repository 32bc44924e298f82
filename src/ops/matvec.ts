import type { Bounds } from '../ir/program.js';
import { boundsOf, mapBounds, type OpDef, requireLength } from './op.js';

/** out_j = sum_i w_ji x_i, s32, exact. */
export const matvec: OpDef<'matvec'> = {
  elementwise: false,
  arity: 1,
  infer({ attributes: { weights } }, [x]) {
    requireLength(weights.cols, x!.length, 'the input of a matvec');
    const inputs = boundsOf(x!);
    const range = mapBounds(weights.rows, 'an accumulator', (j) => rowRange(weights.codes, weights.cols, j, inputs));
    return { dtype: 's32', fraction: x!.fraction, length: weights.rows, ...range };
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

/** Exact range of row j: each input occurs once in a sum. */
export function rowRange(codes: Int8Array, cols: number, j: number, { low, high }: Bounds): readonly [number, number] {
  let [least, most] = [0, 0];
  for (let i = 0; i < cols; i++) {
    const w = codes[j * cols + i]!;
    least += w * (w > 0 ? low[i]! : high[i]!);
    most += w * (w > 0 ? high[i]! : low[i]!);
  }
  return [least, most];
}
