import { ACTIVATION_FORMATS } from '../../ir/model.js';
import { mapEnds } from '../intervals.js';
import { type FloatStep, product } from './float-step.js';

/** y = W x + b, or its positive part (N9): 16 bits of the network's output, the activation bits elsewhere. */
export const dense: FloatStep<'dense'> = {
  states: () => ({}),
  matrices: ({ weights, outputFraction }, inputFraction) => [
    { name: 'weights', matrix: weights, from: inputFraction, to: outputFraction },
  ],
  step({ weights, bias, activation, outputFraction: f }, x, before, { bits, last }, arithmetic) {
    const sums = arithmetic.requantize(product(weights, x, bias), weights, 2 ** -x.fraction, f);
    const y = activation === 'relu' ? mapEnds(sums, (v) => Math.max(v, 0)) : sums;
    const largest = ACTIVATION_FORMATS[last ? 16 : bits].largest * 2 ** -f;
    return { ...before, h: arithmetic.limit(y, -largest, largest) };
  },
};
