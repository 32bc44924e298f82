import type { Conv1dLayer, PoolLayer } from '../../ir/model.js';
import { joined, points, slice, type Values } from '../intervals.js';
import type { LayerInput, LayerState, StateFractions } from './float-step.js';

/** What such a layer holds before its first input, beside h. */
export const zeroWindow = (layer: Conv1dLayer | PoolLayer): Pick<LayerState, 'window' | 'count' | 'partial'> => {
  const zeros = (length: number): Values => points(new Float64Array(length));
  if (layer.keeps === 'partial') return { count: zeros(1), partial: zeros(layer.units) };
  return { window: zeros('weights' in layer ? layer.weights.cols : layer.window * layer.units), count: zeros(1) };
};

/** The state of a layer that looks at its last inputs, of `fraction` bits; inputs are not counted where each gives an output. */
export const windowStates = (
  { first, stride, outputFraction, keeps }: Conv1dLayer | PoolLayer,
  fraction: number,
): StateFractions =>
  keeps === 'partial'
    ? { count: 0, partial: fraction, h: outputFraction }
    : { window: fraction, ...((first > 1 || stride > 1) && { count: 0 }), h: outputFraction };

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

/** One more input of a window of which only a result is kept: `joined` with those before, of which there are `count` (N16). */
export function stepPartial(
  { window }: Conv1dLayer | PoolLayer,
  before: LayerState,
  join: (partial: Values, count: number) => Values,
  output: (partial: Values) => Values,
): LayerState {
  const count = before.count!.low[0]!;
  const partial = join(before.partial!, count);
  if (count + 1 < window) return { ...before, partial, count: points(Float64Array.of(count + 1)), waits: true };
  return { ...before, partial, count: points(Float64Array.of(0)), h: output(partial), waits: false };
}
