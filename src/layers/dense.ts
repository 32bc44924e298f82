import { INT32_MAX, INT32_MIN, PREACTIVATION_FRACTION } from '../fixed/fixed.js';
import { ACTIVATION_FORMATS, type ActivationBits, type DenseLayer, readsTable } from '../ir/model.js';
import type { TensorId, Weights } from '../ir/program.js';
import { QUANTIZERS } from '../quantizers/index.js';
import { lastActivation } from './diagnostics.js';
import { bias, choice, fraction, matrix } from './fields.js';
import { lookUp } from './gates.js';
import { type LayerDef, product } from './layer.js';
import type { ProgramBuilder, Target } from './program-builder.js';

/**
 * y = clamp(requantize(W x + b)): s16 logits when it is the last layer, codes for a matvec otherwise; tanh and sigmoid of
 * an inner layer are table entries of a pre-activation (N9).
 */
export const dense: LayerDef<'dense'> = {
  stateful: false,
  quantities: () => true,
  gates: ['w'],
  fields: {
    activation: choice('linear', 'relu', 'tanh', 'sigmoid'),
    weights: matrix(({ layer, inputs }) => [layer.units, inputs]),
    bias: bias(({ layer }) => layer.units),
    outputFraction: fraction(fractionsOfDense),
  },
  check({ activation }, { last }, at, say) {
    say(last && readsTable(activation) && lastActivation(`${at}/activation`, activation));
  },
  lower(layer, x, builder, last) {
    const give = lowerDense(layer, x, builder, last);
    return { hidden: () => give({ name: 'y' }), output: (target = { name: 'y', role: 'output' }) => give(target) };
  },
};

/** What a dense layer and a convolution have in common. */
export type Weighted = Pick<DenseLayer, 'name' | 'activation' | 'weights' | 'bias' | 'outputFraction'>;

/** Fraction bits that the outputs of a dense layer may have. */
export function fractionsOfDense(
  { activation }: Pick<DenseLayer, 'activation'>,
  bits: ActivationBits,
): readonly [number, number] {
  const { unitFraction } = ACTIVATION_FORMATS[bits];
  return readsTable(activation) ? [unitFraction, unitFraction] : [0, 15];
}

/** f(W x + b); the function that is returned makes the codes of the output. `wide`: codes of 16 bits in any model. */
export function lowerDense(
  layer: Weighted,
  x: TensorId,
  builder: ProgramBuilder,
  wide: boolean,
): (target: Target) => TensorId {
  return lowerSums(layer, product(builder, weightsOf(layer), x, 'acc'), builder, wide);
}

/** The matrix of a layer as an op has it. */
export function weightsOf({ name, weights: { format, rows, cols, codes } }: Weighted): Weights {
  return { name: `${name}_w`, alphabet: QUANTIZERS[format].alphabet, rows, cols, codes };
}

/** f(sum + b), `sum` being W x. */
export function lowerSums(
  { activation, outputFraction, weights: { scale }, bias: biases }: Weighted,
  sum: TensorId,
  builder: ProgramBuilder,
  wide: boolean,
): (target: Target) => TensorId {
  const biased = builder.add('addBias', [sum], { bias: biases }, { name: 'sum' });
  const sumFraction = readsTable(activation) ? PREACTIVATION_FRACTION : outputFraction;
  const unlimited = { scale, fraction: sumFraction, min: INT32_MIN, max: INT32_MAX };
  const scaled = builder.add('requantize', [biased], unlimited, { name: 'wide' });
  const value = readsTable(activation) ? lookUp(builder, scaled, activation, sumFraction, 'value') : scaled;
  const shift = builder.typeOf(value).fraction - outputFraction;
  const { dtype, largest } = builder.activation;
  const max = wide ? 32767 : largest;
  const limits = { min: leastOf(activation, max), max };
  return (target) => builder.add('narrow', [value], { shift, ...limits, to: wide ? 's16' : dtype }, target);
}

/** The least code of an output that reaches `max`. */
export const leastOf = (activation: DenseLayer['activation'], max: number): number =>
  activation === 'relu' || activation === 'sigmoid' ? 0 : -max;
