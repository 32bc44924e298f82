import type { RowScaleKind } from '../../fixed/formats.js';
import type { SeededRandom } from '../../fixed/random.js';
import { s8 } from '../../quantizers/s8.js';
import { GATES } from '../engine/layout.js';
import { glorot, type HeadWeights, type Method } from './method.js';

/** A head in full precision, exported as s8; with shift scales its codes are chosen for a power of two. */
export function floatHead(outputs: number, units: number, rowScale: RowScaleKind, random: SeededRandom): HeadWeights {
  const weights = glorot(outputs, units, outputs, random);
  return {
    masters: [weights],
    weights,
    quantize: () => undefined,
    backward: (gradient) => [gradient],
    export() {
      const quantized = s8.quantize(weights, outputs, units);
      const chosen = rowScale === 'shift' ? toPowersOfTwo(weights, quantized.scales, units) : quantized;
      return { weights: { format: 's8', rows: outputs, cols: units, ...chosen }, rowScale };
    },
  };
}

function toPowersOfTwo(weights: Float32Array, scales: Float64Array, cols: number) {
  const powers = scales.map((s) => 2 ** Math.ceil(Math.log2(s)));
  const codes = Int8Array.from(weights, (w, i) => Math.floor(w / powers[Math.floor(i / cols)]! + 0.5));
  return { codes, scales: powers };
}

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
  createHead: (outputs, units, _options, random) => floatHead(outputs, units, 'multiplier', random),
};
