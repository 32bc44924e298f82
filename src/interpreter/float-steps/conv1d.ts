import type { Conv1dLayer } from '../../ir/model.js';
import { add, rowSums, type Values } from '../intervals.js';
import { dense, finishDense } from './dense.js';
import { type FloatStep, type LayerInput, scaledSums } from './float-step.js';
import { stepPartial, stepWindow, windowStates } from './windowed.js';

/** A dense layer that reads the last inputs, the oldest first (N15), or the sum of what each input adds to it (N16). */
export const conv1d: FloatStep<'conv1d'> = {
  states: (layer, _bits, inputFraction) => windowStates(layer, inputFraction),
  matrices: (layer, inputFraction, bits) => dense.matrices({ ...layer, type: 'dense' }, inputFraction, bits),
  step(layer, x, before, place, arithmetic) {
    const { bits, last } = place;
    const { fraction } = x;
    const { weights, bias } = layer;
    if (layer.keeps === 'partial') {
      const finish = (sums: Values): Values => {
        const real = scaledSums(weights, sums, bias, 2 ** -fraction);
        return finishDense(layer, real, fraction, last ? 16 : bits, arithmetic);
      };
      return stepPartial(layer, before, (partial, count) => sumWith(layer, partial, x, count), finish);
    }
    return stepWindow(
      layer,
      x,
      before,
      (values) =>
        dense.step({ ...layer, type: 'dense' }, { values, fraction }, before, { ...place, last: false }, arithmetic).h,
    );
  },
};

/** The columns of input `count` times that input, with what came before it. */
function sumWith({ weights, window }: Conv1dLayer, partial: Values, { values }: LayerInput, count: number): Values {
  const { rows, cols, codes } = weights;
  const inputs = cols / window;
  const own = new Int8Array(rows * inputs);
  for (let j = 0; j < rows; j++)
    own.set(codes.subarray(j * cols + count * inputs, j * cols + (count + 1) * inputs), j * inputs);
  const sums = rowSums(own, rows, inputs, values as Values);
  return count === 0 ? sums : add(partial, sums);
}
