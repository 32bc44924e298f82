import { packBits, unpackBits } from './bits.js';
import { bytesOfBits, type Quantizer } from './quantizer.js';

/** {-1, +1}, one bit, 1 = +1; scale = mean |w| of the row (Rastegari et al. 2016). */
export const binary: Quantizer = {
  name: 'binary',
  alphabet: 'binary',
  bytes: bytesOfBits(1),
  pack: (codes) => packBits(codes, 1, (code) => (code > 0 ? 1 : 0)),
  unpack: (bytes, count) => unpackBits(bytes, count, 1, (pattern) => (pattern ? 1 : -1)),
  quantize(weights, rows, cols) {
    const scales = new Float64Array(rows).fill(1);
    for (let j = 0; j < rows; j++) {
      let sum = 0;
      for (let i = j * cols; i < (j + 1) * cols; i++) sum += Math.abs(weights[i]!);
      if (sum > 0) scales[j] = sum / cols;
    }
    return { codes: Int8Array.from(weights, (w) => (w >= 0 ? 1 : -1)), scales };
  },
};
