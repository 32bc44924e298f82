import type { Conv1dLayer, DenseLayer, PoolLayer } from '../../src/ir/model.js';
import { clamp, floorDivide, roundShift } from './reference-arithmetic.js';

/** Of a layer that looks at its last inputs: what it gave, these, how many there were, and what the state counts. */
export interface WindowState {
  h: bigint[];
  window?: bigint[];
  seen?: number;
  count?: bigint[];
}

/** N15: one more input of a layer that looks at its last ones; whether it waits for others. */
export function stepWindow(
  layer: Conv1dLayer | PoolLayer,
  state: WindowState,
  x: readonly bigint[],
  largest: bigint,
  stepDense: (layer: DenseLayer, window: readonly bigint[]) => bigint[],
): boolean {
  const length = layer.type === 'conv1d' ? layer.weights.cols : layer.window * layer.units;
  state.window = [...(state.window ?? Array(length).fill(0n)), ...x].slice(-length);
  const seen = (state.seen ?? 0) + 1;
  state.seen = seen;
  const { first, stride, window, units } = layer;
  const waits = seen < first || (seen - first) % stride !== 0;
  const counted = seen < first ? seen : ((seen - first) % stride) + first - stride;
  state.count = first === 1 && stride === 1 ? [] : [BigInt(counted)];
  if (waits) return true;
  if (layer.type === 'conv1d') state.h = stepDense({ ...layer, type: 'dense' }, state.window);
  else
    state.h = Array.from({ length: units }, (_, j) => {
      const own = state.window!.filter((_code, i) => i % units === j);
      if (layer.function === 'max') return own.reduce((a, b) => (a > b ? a : b));
      const sum = own.reduce((a, b) => a + b);
      return clamp(divided(sum, window, largest + 1n), -largest, largest);
    });
  return false;
}

/** N2, N3 with the scale 1 / count of a sum of `count` codes up to `most`. */
function divided(sum: bigint, count: number, most: bigint): bigint {
  let pre = 0n;
  const reach = BigInt(count) * most;
  const ceil = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;
  while ((ceil(reach, 2n ** pre) + 1n) * 32767n + 2n ** 29n > 2n ** 31n - 1n) pre++;
  let n0 = 14n;
  while (2n ** (n0 - 14n) < BigInt(count)) n0++;
  let m = floorDivide(2n ** (n0 + 1n) + BigInt(count), 2n * BigInt(count));
  if (m === 2n ** 15n) [m, n0] = [2n ** 14n, n0 - 1n];
  return roundShift(roundShift(sum, pre) * m, n0 - pre);
}
