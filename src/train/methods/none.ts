import { s8 } from '../../quantizers/s8.js';
import { GATES } from '../engine/layout.js';
import { glorot, type Method } from './method.js';

/** Full precision in training; exported as s8 with one multiplier a row. */
export const none: Method = {
  name: 'none',
  describe: 'float weights in training, 8-bit weights on the chip',
  create({ cell, inputs, units }, _options, random) {
    const rows = GATES[cell] * units;
    const input = glorot(rows, inputs, units, random);
    const recurrent = glorot(rows, units, units, random);
    return {
      masters: [input, recurrent],
      input,
      recurrent,
      quantize: () => undefined,
      backward: (dInput, dRecurrent) => [dInput, dRecurrent],
      export: () => ({
        input: { format: 's8', rows, cols: inputs, ...s8.quantize(input, rows, inputs) },
        recurrent: { format: 's8', rows, cols: units, ...s8.quantize(recurrent, rows, units) },
        rowScale: 'multiplier',
        scope: 'separate',
      }),
    };
  },
};
