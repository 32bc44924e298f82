import { ACTIVATION_FORMATS, type Activation, readsTable } from '../../ir/model.js';
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
    const to = sumFraction(activation, f);
    const sums = arithmetic.requantize(product(weights, x, bias), weights, 2 ** -x.fraction, to);
    const y = arithmetic.round(FUNCTIONS[activation](sums, arithmetic), f);
    const largest = ACTIVATION_FORMATS[last ? 16 : bits].largest * 2 ** -f;
    return { ...before, h: arithmetic.limit(y, -largest, largest) };
  },
};

/** Fraction bits of the sums: those of the output, but in front of a table. */
const sumFraction = (activation: Activation, outputFraction: number): number =>
  readsTable(activation) ? PREACTIVATION_FRACTION : outputFraction;

const FUNCTIONS: Readonly<Record<Activation, (sums: Values, arithmetic: Arithmetic) => Values>> = {
  linear: (sums) => sums,
  relu: (sums) => mapEnds(sums, (v) => Math.max(v, 0)),
  tanh: (sums, arithmetic) => arithmetic.tanh(sums, 'tanh'),
  sigmoid: (sums, arithmetic) => arithmetic.sigmoid(sums, 'tanh'),
};
