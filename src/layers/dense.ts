import { INT32_MAX, INT32_MIN, PREACTIVATION_FRACTION } from '../fixed/fixed.js';
import { ACTIVATION_FORMATS, readsTable } from '../ir/model.js';
import type { TensorId } from '../ir/program.js';
import { QUANTIZERS } from '../quantizers/index.js';
import { lastActivation } from './diagnostics.js';
import { bias, choice, fraction, matrix } from './fields.js';
import { lookUp } from './gates.js';
import { type LayerDef, product } from './layer.js';
import type { Target } from './program-builder.js';

/**
 * y = clamp(requantize(W x + b)): s16 logits when it is the last layer, codes for a matvec otherwise; tanh and sigmoid of
 * an inner layer are table entries of a pre-activation (N9).
 */
export const dense: LayerDef<'dense'> = {
  recurrent: false,
  quantities: true,
  gates: ['w'],
  fields: {
    activation: choice('linear', 'relu', 'tanh', 'sigmoid'),
    weights: matrix(({ layer, inputs }) => [layer.units, inputs]),
    bias: bias(({ layer }) => layer.units),
    outputFraction: fraction(({ activation }, bits) => {
      const { unitFraction } = ACTIVATION_FORMATS[bits];
      return readsTable(activation) ? [unitFraction, unitFraction] : [0, 15];
    }),
  },
  check({ activation }, { last }, at, say) {
    say(last && readsTable(activation) && lastActivation(`${at}/activation`, activation));
  },
  lower(layer, x, builder, last) {
    const { activation, outputFraction } = layer;
    const { format, rows, cols, codes, scale } = layer.weights;
    const weights = { name: `${layer.name}_w`, alphabet: QUANTIZERS[format].alphabet, rows, cols, codes };
    const sum = product(builder, weights, x, 'acc');
    const biased = builder.add('addBias', [sum], { bias: layer.bias }, { name: 'sum' });
    const sumFraction = readsTable(activation) ? PREACTIVATION_FRACTION : outputFraction;
    const unlimited = { scale, fraction: sumFraction, min: INT32_MIN, max: INT32_MAX };
    const wide = builder.add('requantize', [biased], unlimited, { name: 'wide' });
    const value = readsTable(activation) ? lookUp(builder, wide, activation, sumFraction, 'value') : wide;
    const shift = builder.typeOf(value).fraction - outputFraction;
    const { dtype, largest } = builder.activation;
    const to = last ? 's16' : dtype;
    const max = last ? 32767 : largest;
    const min = activation === 'relu' || activation === 'sigmoid' ? 0 : -max;
    const give = (target: Target): TensorId => builder.add('narrow', [value], { shift, min, max, to }, target);
    return { hidden: () => give({ name: 'y' }), output: (target = { name: 'y', role: 'output' }) => give(target) };
  },
};
