import type { Conv1dLayer, DenseLayer, PoolLayer } from '../../src/ir/model.js';
import { clamp, floorDivide, roundShift } from './reference-arithmetic.js';

/** Of a layer that looks at its last inputs: what it gave, these, how many there were, what the state counts and has of them. */
export interface WindowState {
  h: bigint[];
  window?: bigint[];
  partial?: bigint[];
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
  const length = lengthOf(layer);
  state.window = [...(state.window ?? Array(length).fill(0n)), ...x].slice(-length);
  const seen = (state.seen ?? 0) + 1;
  state.seen = seen;
  const { first, stride, window, units } = layer;
  const waits = seen < first || (seen - first) % stride !== 0;
  const counted = seen < first ? seen : ((seen - first) % stride) + first - stride;
  state.count = first === 1 && stride === 1 ? [] : [BigInt(counted)];
  if (layer.keeps === 'partial') {
    const inWindow = counted === 0 ? window : counted;
    state.partial = partialOf(layer, state.window.slice(-inWindow * x.length));
  }
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

const lengthOf = (layer: Conv1dLayer | PoolLayer): number =>
  layer.type === 'conv1d' ? layer.weights.cols : layer.window * layer.units;

/** What the state has of such a layer, in its order (N15, N16). */
export function windowValues(layer: Conv1dLayer | PoolLayer, { window, partial, count, h }: WindowState): bigint[] {
  const zeros = (length: number): bigint[] => Array(length).fill(0n);
  const counted = count ?? (layer.first === 1 && layer.stride === 1 ? [] : [0n]);
  if (layer.keeps === 'partial') return [...counted, ...(partial ?? zeros(layer.units)), ...h];
  return [...(window ?? zeros(lengthOf(layer))), ...counted, ...h];
}

/** N16: what came of the first inputs of a window, from all of these. */
function partialOf(layer: Conv1dLayer | PoolLayer, inputs: readonly bigint[]): bigint[] {
  return Array.from({ length: layer.units }, (_, j) => {
    if (layer.type === 'conv1d') {
      const { codes, cols } = layer.weights;
      return inputs.reduce((sum, code, i) => sum + BigInt(codes[j * cols + i]!) * code, 0n);
    }
    const own = inputs.filter((_code, i) => i % layer.units === j);
    return own.reduce((a, b) => (layer.function === 'mean' ? a + b : a > b ? a : b));
  });
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
