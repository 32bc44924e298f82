import { mapBounds, type OpDef, requireLength } from './op.js';

/** out_j = w_jk 2^fraction for the symbol k, s32: the product of a matrix with a one-hot vector (N9). */
export const gather: OpDef<'gather'> = {
  elementwise: false,
  arity: 1,
  infer({ attributes: { weights, fraction } }, [symbol]) {
    requireLength(1, symbol!.length, 'the input of a gather');
    if (symbol!.dtype !== 's16') throw new RangeError(`a symbol of type ${symbol!.dtype}`);
    if (fraction < 0 || fraction > 15) throw new RangeError(`a one-hot vector of fraction ${fraction}`);
    const { rows, cols, codes } = weights;
    const range = mapBounds(rows, 'a gathered column', (j) => {
      let [low, high] = [0, 0];
      for (let i = j * cols; i < (j + 1) * cols; i++) {
        low = Math.min(low, codes[i]!);
        high = Math.max(high, codes[i]!);
      }
      return [low * 2 ** fraction, high * 2 ** fraction];
    });
    return { dtype: 's32', fraction, length: rows, ...range };
  },
  evaluate({ attributes: { weights, fraction } }, [symbol], output) {
    const { cols, codes } = weights;
    const k = symbol![0]!;
    const known = k >= 0 && k < cols;
    for (let j = 0; j < output.length; j++) output[j] = known ? codes[j * cols + k]! * 2 ** fraction : 0;
  },
};
