import { ALPHABETS, type AlphabetName } from '../ir/alphabets.js';
import { packBits, unpackBits } from './bits.js';
import { bytesOfBits, type Quantizer } from './quantizer.js';

/** The evenly spaced codes of an alphabet in two's complement of `bits` bits; scale = largest |w| of the row / largest. */
function integers(name: AlphabetName, bits: number): Quantizer {
  const { largest, isCode } = ALPHABETS[name];
  const mask = (1 << bits) - 1;
  const sign = 1 << (bits - 1);
  return {
    name,
    alphabet: name,
    bytes: bytesOfBits(bits),
    pack: (codes) => packBits(codes, bits, (code) => code & mask),
    unpack: (bytes, count) =>
      unpackBits(bytes, count, bits, (pattern) => {
        const code = (pattern ^ sign) - sign;
        return isCode(code) ? code : null;
      }),
    quantize(weights, rows, cols) {
      const codes = new Int8Array(rows * cols);
      const scales = new Float64Array(rows).fill(1);
      for (let j = 0; j < rows; j++) {
        let most = 0;
        for (let i = j * cols; i < (j + 1) * cols; i++) most = Math.max(most, Math.abs(weights[i]!));
        if (most === 0) continue;
        scales[j] = most / largest;
        for (let i = j * cols; i < (j + 1) * cols; i++) codes[i] = Math.floor((weights[i]! / most) * largest + 0.5);
      }
      return { codes, scales };
    },
  };
}

/** Integers that ternary planes hold: -3..3 in two, -7..7 in three. */
export const planes2 = integers('planes-2', 3);
export const planes3 = integers('planes-3', 4);
export const s4 = integers('s4', 4);
