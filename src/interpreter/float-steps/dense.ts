import {
  ACTIVATION_FORMATS,
  type Activation,
  type ActivationBits,
  type DenseLayer,
  readsTable,
} from '../../ir/model.js';
import type { Arithmetic } from '../arithmetic.js';
import { mapEnds, type Values } from '../intervals.js';
import { type FloatStep, PREACTIVATION_FRACTION, product } from './float-step.js';

/** y = f(W x + b) (N9): 16 bits of the network's output, the activation bits elsewhere. */
export const dense: FloatStep<'dense'> = {
  states: () => ({}),
  matrices: ({ weights, activation, outputFraction }, inputFraction) => [
    { name: 'weights', matrix: weights, from: inputFraction, to: sumFraction(activation, outputFraction) },
  ],
  step({ weights, bias, activation, outputFraction: f }, x, before, { bits, last }, arithmetic) {
    const layer = { weights, activation, outputFraction: f };
    const sums = product(weights, x, bias);
    return { ...before, h: finishDense(layer, sums, x.fraction, last ? 16 : bits, arithmetic) };
  },
};

/** f of the sums of a dense layer, bias and all, of an input of `fraction` bits. */
export function finishDense(
  { weights, activation, outputFraction: f }: Pick<DenseLayer, 'weights' | 'activation' | 'outputFraction'>,
  product: Values,
  fraction: number,
  bits: ActivationBits,
  arithmetic: Arithmetic,
): Values {
  const sums = arithmetic.requantize(product, weights, 2 ** -fraction, sumFraction(activation, f));
  const y = arithmetic.round(FUNCTIONS[activation](sums, arithmetic), f);
  const largest = ACTIVATION_FORMATS[bits].largest * 2 ** -f;
  return arithmetic.limit(y, -largest, largest);
}

/** Fraction bits of the sums: those of the output, but in front of a table. */
const sumFraction = (activation: Activation, outputFraction: number): number =>
  readsTable(activation) ? PREACTIVATION_FRACTION : outputFraction;

const FUNCTIONS: Readonly<Record<Activation, (sums: Values, arithmetic: Arithmetic) => Values>> = {
  linear: (sums) => sums,
  relu: (sums) => mapEnds(sums, (v) => Math.max(v, 0)),
  tanh: (sums, arithmetic) => arithmetic.tanh(sums, 'tanh'),
  sigmoid: (sums, arithmetic) => arithmetic.sigmoid(sums, 'tanh'),
};
