import type { Conv1dLayer, PoolLayer } from '../../ir/model.js';
import { joined, points, slice, type Values } from '../intervals.js';
import type { LayerInput, LayerState, StateFractions } from './float-step.js';

/** Elements of the inputs that such a layer looks at. */
export const windowLength = (layer: Conv1dLayer | PoolLayer): number =>
  'weights' in layer ? layer.weights.cols : layer.window * layer.units;

/** The state of a layer that looks at its last inputs, of `fraction` bits; inputs are not counted where each gives an output. */
export const windowStates = (
  { first, stride, outputFraction }: Conv1dLayer | PoolLayer,
  fraction: number,
): StateFractions => ({
  window: fraction,
  ...((first > 1 || stride > 1) && { count: 0 }),
  h: outputFraction,
});

/** One more input; `output` gives what comes of the whole window where an output is due (N15). */
export function stepWindow(
  { first, stride }: Conv1dLayer | PoolLayer,
  x: LayerInput,
  before: LayerState,
  output: (window: Values) => Values,
): LayerState {
  const input = x.values as Values;
  const window = joined(slice(before.window!, input.low.length, before.window!.low.length), input);
  const count = before.count!.low[0]! + 1;
  if (count < first) return { ...before, window, count: points(Float64Array.of(count)), waits: true };
  return { ...before, window, count: points(Float64Array.of(first - stride)), h: output(window), waits: false };
}
