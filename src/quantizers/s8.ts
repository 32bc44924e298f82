import type { Quantizer } from './quantizer.js';

/** Signed 8-bit codes in [-127, 127], one a byte, two's complement; scale = largest |w| of the row / 127. */
export const s8: Quantizer = {
  name: 's8',
  alphabet: 's8',
  bytes: (count) => count,
  pack: (codes) => new Uint8Array(codes.buffer, codes.byteOffset, codes.length).slice(),
  unpack(bytes, count) {
    const codes = new Int8Array(bytes.buffer, bytes.byteOffset, count).slice();
    return codes.includes(-128) ? null : codes;
  },
  quantize(weights, rows, cols) {
    const codes = new Int8Array(rows * cols);
    const scales = new Float64Array(rows).fill(1);
    for (let j = 0; j < rows; j++) {
      let largest = 0;
      for (let i = j * cols; i < (j + 1) * cols; i++) largest = Math.max(largest, Math.abs(weights[i]!));
      if (largest === 0) continue;
      scales[j] = largest / 127;
      for (let i = j * cols; i < (j + 1) * cols; i++) codes[i] = Math.floor((weights[i]! / largest) * 127 + 0.5);
    }
    return { codes, scales };
  },
};
