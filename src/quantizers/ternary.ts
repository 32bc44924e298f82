import { bytesOfBits, type Quantizer } from './quantizer.js';

/** Factor of the threshold 0.7 mean|W| below which a weight becomes 0 (Li & Liu, Ternary Weight Networks, arXiv 1605.04711). */
export const TERNARY_THRESHOLD = 0.7;

const bytesOf = bytesOfBits(2);

/** {-1, 0, +1}, four codes a byte, least significant pair first, two's complement (0, 1, 3 = -1; 2 is no code). */
export const ternary: Quantizer = {
  name: 'ternary',
  alphabet: 'ternary',
  bytes: bytesOf,
  pack(codes) {
    const bytes = new Uint8Array(bytesOf(codes.length));
    for (let i = 0; i < codes.length; i++) bytes[i >> 2]! |= (codes[i]! & 3) << ((i & 3) * 2);
    return bytes;
  },
  unpack(bytes, count) {
    const codes = new Int8Array(count);
    for (let i = 0; i < count; i++) {
      const pair = (bytes[i >> 2]! >> ((i & 3) * 2)) & 3;
      if (pair === 2) return null;
      codes[i] = (pair ^ 2) - 2;
    }
    return codes;
  },
  quantize(weights, rows, cols) {
    let sum = 0;
    for (const w of weights) sum += Math.abs(w);
    const threshold = (TERNARY_THRESHOLD * sum) / weights.length;
    const codes = Int8Array.from(weights, (w) => (Math.abs(w) > threshold ? Math.sign(w) : 0));
    const scales = new Float64Array(rows).fill(1);
    for (let j = 0; j < rows; j++) {
      let kept = 0;
      let magnitude = 0;
      for (let i = j * cols; i < (j + 1) * cols; i++) {
        if (codes[i] === 0) continue;
        kept++;
        magnitude += Math.abs(weights[i]!);
      }
      if (kept > 0) scales[j] = magnitude / kept;
    }
    return { codes, scales };
  },
};
