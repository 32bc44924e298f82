import { mapBounds, type OpDef, requireLength } from './op.js';

/** out_j = sum_i w_ji x_i, s32, exact. */
export const matvec: OpDef<'matvec'> = {
  elementwise: false,
  arity: 1,
  infer({ attributes: { weights } }, [x]) {
    requireLength(weights.cols, x!.length, 'the input of a matvec');
    const range = mapBounds(weights.rows, 'an accumulator', (j) =>
      rowRange(weights.codes, weights.cols, j, x!.min, x!.max),
    );
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

/** Exact range of row j for inputs in [low, high]: each input occurs once in a sum. */
function rowRange(codes: Int8Array, cols: number, j: number, low: number, high: number): readonly [number, number] {
  let positive = 0;
  let negative = 0;
  for (let i = j * cols; i < (j + 1) * cols; i++) {
    const w = codes[i]!;
    if (w > 0) positive += w;
    else negative -= w;
  }
  return [positive * low - negative * high, positive * high - negative * low];
}
