import { INT32_MAX, INT32_MIN } from '../fixed/fixed.js';
import { QUANTIZERS } from '../quantizers/index.js';
import { bias, choice, fraction, matrix } from './fields.js';
import { type LayerDef, product } from './layer.js';

/** y = clamp(requantize(W x + b)): s16 logits when it is the last layer, codes for a matvec otherwise (N9). */
export const dense: LayerDef<'dense'> = {
  recurrent: false,
  quantities: true,
  gates: ['w'],
  fields: {
    activation: choice('linear', 'relu'),
    weights: matrix(({ layer, inputs }) => [layer.units, inputs]),
    bias: bias(({ layer }) => layer.units),
    outputFraction: fraction(),
  },
  lower(layer, x, builder, last) {
    const { format, rows, cols, codes, scale } = layer.weights;
    const weights = { name: `${layer.name}_w`, alphabet: QUANTIZERS[format].alphabet, rows, cols, codes };
    const sum = product(builder, weights, x, 'acc');
    const biased = builder.add('addBias', [sum], { bias: layer.bias }, { name: 'sum' });
    const unlimited = { scale, fraction: layer.outputFraction, min: INT32_MIN, max: INT32_MAX };
    const wide = builder.add('requantize', [biased], unlimited, { name: 'wide' });
    const { dtype, largest } = builder.activation;
    const to = last ? 's16' : dtype;
    const max = last ? 32767 : largest;
    const min = layer.activation === 'relu' ? 0 : -max;
    const role = last ? 'output' : 'local';
    const y = builder.add('narrow', [wide], { shift: 0, min, max, to }, { name: 'y', role });
    return { hidden: () => y, output: () => y };
  },
};
