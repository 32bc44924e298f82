import type { MatrixShape, MethodOptions, Quantization } from '../../../../src/train/methods/method.js';

export const OPTIONS: MethodOptions = {
  rowScale: 'multiplier',
  zeroThreshold: 0.7,
  binaryScale: 1,
  fractionBits: 1,
  integerBits: 0,
  exponents: [-6, 0],
  initialRange: 1,
};

export const DETERMINISTIC: Quantization = { random: null, share: 1 };

export const shape = (rows: number, cols: number, units: number): MatrixShape => ({
  rows,
  cols,
  units,
  fanIn: cols,
  fanOut: units,
});
