import type { Weights } from '../ir/program.js';
import { matvec, rowRange } from './matvec.js';
import { boundsOf, mapBounds, type OpDef, requireLength } from './op.js';

/** Part k of matrices that lie one below the other, as a view. */
export function partOf(weights: Weights, parts: number, k: number): Weights {
  const rows = weights.rows / parts;
  return { ...weights, rows, codes: weights.codes.subarray(k * rows * weights.cols, (k + 1) * rows * weights.cols) };
}

/** out_j = sum_i w_ji x_i, s32, exact, with the matrix that a count chooses (N16). */
export const matvecAt: OpDef<'matvecAt'> = {
  elementwise: false,
  arity: 2,
  infer({ attributes: { weights, parts } }, [x, count]) {
    const { rows, cols, codes } = weights;
    if (parts < 1 || !Number.isInteger(rows / parts)) throw new RangeError(`${rows} rows are no ${parts} matrices`);
    requireLength(cols, x!.length, 'the input of a matvec');
    if (count!.length !== 1 || count!.dtype !== 's16') throw new RangeError('a count is one s16');
    const inputs = boundsOf(x!);
    const length = rows / parts;
    const range = mapBounds(length, 'an accumulator', (j) => {
      const ranges = Array.from({ length: parts }, (_, k) => rowRange(codes, cols, k * length + j, inputs));
      return [Math.min(...ranges.map(([low]) => low)), Math.max(...ranges.map(([, high]) => high))];
    });
    return { dtype: 's32', fraction: x!.fraction, length, ...range };
  },
  evaluate(op, [x, count], output) {
    const { weights, parts } = op.attributes;
    const k = Math.min(Math.max(count![0]!, 0), parts - 1);
    matvec.evaluate({ ...op, kind: 'matvec', attributes: { weights: partOf(weights, parts, k) } }, [x!], output);
  },
};
