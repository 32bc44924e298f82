import { s8 } from '../../quantizers/s8.js';
import { glorot, type Method } from './method.js';

/** Full precision in training; exported as s8 with one multiplier a row. */
export const none: Method = {
  name: 'none',
  describe: 'float weights in training, 8-bit weights on the chip',
  joint: false,
  create([shape], { initialRange }, random, initial) {
    const { rows, cols } = shape!;
    const masters = initial?.[0] ?? glorot(shape!, initialRange, random);
    return {
      shapes: [shape!],
      masters: [masters],
      gains: [],
      effective: [masters],
      quantize: () => undefined,
      backward: (gradients) => ({ masters: gradients, gains: [] }),
      export: () => [{ format: 's8', rows, cols, rowScale: 'multiplier', ...s8.quantize(masters, rows, cols) }],
    };
  },
};
