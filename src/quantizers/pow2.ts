import { ALPHABETS, type AlphabetName } from '../ir/alphabets.js';
import { packBits, unpackBits } from './bits.js';
import { bytesOfBits, type Quantizer } from './quantizer.js';

/**
 * Zero and +-2^k, k = 0 .. steps - 1. In model.json a code is its sign (highest bit) and k + 1, or 0; scale = largest |w|
 * of the row / 2^(steps - 1), codes nearest in value.
 */
function powers(name: AlphabetName, steps: number, bits: number): Quantizer {
  const sign = 1 << (bits - 1);
  const { largest } = ALPHABETS[name];
  return {
    name,
    alphabet: name,
    bytes: bytesOfBits(bits),
    pack: (codes) =>
      packBits(codes, bits, (code) => (code === 0 ? 0 : (code < 0 ? sign : 0) | (Math.log2(Math.abs(code)) + 1))),
    unpack: (bytes, count) =>
      unpackBits(bytes, count, bits, (pattern) => {
        const exponent = (pattern & (sign - 1)) - 1;
        if (pattern === 0) return 0;
        if (exponent < 0 || exponent >= steps) return null;
        return pattern & sign ? -(2 ** exponent) : 2 ** exponent;
      }),
    quantize(weights, rows, cols) {
      const codes = new Int8Array(rows * cols);
      const scales = new Float64Array(rows).fill(1);
      for (let j = 0; j < rows; j++) {
        let most = 0;
        for (let i = j * cols; i < (j + 1) * cols; i++) most = Math.max(most, Math.abs(weights[i]!));
        if (most === 0) continue;
        scales[j] = most / largest;
        for (let i = j * cols; i < (j + 1) * cols; i++) codes[i] = nearestPower(weights[i]! / scales[j]!, steps);
      }
      return { codes, scales };
    },
  };
}

/** The nearest of 0 and +-2^k, k < steps. */
export function nearestPower(value: number, steps: number): number {
  const magnitude = Math.abs(value);
  if (magnitude < 0.5) return 0;
  const floor = Math.max(0, Math.floor(Math.log2(magnitude)));
  const power = Math.min(steps - 1, magnitude > 1.5 * 2 ** floor ? floor + 1 : floor);
  return value < 0 ? -(2 ** power) : 2 ** power;
}

export const pow2e2 = powers('pow2-2', 2, 3);
export const pow2e3 = powers('pow2-3', 3, 3);
export const pow2e7 = powers('pow2-7', 7, 4);
