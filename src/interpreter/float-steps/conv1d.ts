import { dense } from './dense.js';
import type { FloatStep } from './float-step.js';
import { stepWindow, windowStates } from './windowed.js';

/** A dense layer that reads the last inputs, the oldest first (N15). */
export const conv1d: FloatStep<'conv1d'> = {
  states: (layer, _bits, inputFraction) => windowStates(layer, inputFraction),
  matrices: (layer, inputFraction, bits) => dense.matrices({ ...layer, type: 'dense' }, inputFraction, bits),
  step(layer, x, before, { bits }, arithmetic) {
    const { fraction } = x;
    return stepWindow(
      layer,
      x,
      before,
      (values) =>
        dense.step({ ...layer, type: 'dense' }, { values, fraction }, before, { bits, last: false }, arithmetic).h,
    );
  },
};
