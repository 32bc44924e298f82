// Random weights and networks that the benchmarks compile; the same for the same random numbers.
import type { SeededRandom } from '../src/fixed/random.js';
import { ALPHABETS } from '../src/ir/alphabets.js';
import type { FormatName, Model, ScaleScope } from '../src/ir/model.js';
import { buildModel } from '../src/quantizers/build-model.js';
import { QUANTIZERS } from '../src/quantizers/index.js';
import type { RealLayer, RealMatrix } from '../src/quantizers/real-network.js';

export type BenchCell = 'gru' | 'lstm';

const largestOf = (format: FormatName): number => ALPHABETS[QUANTIZERS[format].alphabet].largest;

/** Codes of a format; ternary ones with a share of zeros. */
export function codesOf(random: SeededRandom, format: FormatName, count: number, zeros: number): Int8Array {
  const largest = largestOf(format);
  return Int8Array.from({ length: count }, () => {
    if (format === 'binary') return random.integer(2) * 2 - 1;
    if (format === 'ternary') return random.next() < zeros ? 0 : random.integer(2) * 2 - 1;
    if (format === 'pow2-7') return 2 ** random.integer(7) * (random.integer(2) * 2 - 1);
    return random.integer(2 * largest + 1) - largest;
  });
}

/** A recurrent layer and 12 classes, half of the ternary weights zero. */
export function network(
  random: SeededRandom,
  cell: BenchCell,
  inputs: number,
  units: number,
  { scope = 'joint', format = 'ternary' }: { readonly scope?: ScaleScope; readonly format?: FormatName } = {},
): Model {
  const gates = cell === 'gru' ? 3 : 4;
  const matrix = (rows: number, cols: number, scales?: Float64Array): RealMatrix => ({
    ...{ format, rows, cols, rowScale: 'shift' },
    codes: codesOf(random, format, rows * cols, 0.5),
    scales: scales ?? Float64Array.from({ length: rows }, () => (0.05 + random.next() / 4) / largestOf(format)),
  });
  const bias = (length: number) => Float64Array.from({ length }, () => random.next() * 2 - 1);
  const input = matrix(gates * units, inputs);
  const ownScales = matrix(gates * units, units);
  const recurrent = scope === 'joint' ? { ...ownScales, scales: input.scales } : ownScales;
  const shared = { name: 'cell', units, scope, activation: 'tanh', input, recurrent } as const;
  const layer: RealLayer =
    cell === 'gru'
      ? { type: 'gru', reset: 'after', ...shared, inputBias: bias(3 * units), recurrentBias: bias(3 * units) }
      : { type: 'lstm', ...shared, bias: bias(4 * units), cellFraction: 11 };
  const dense: RealLayer = {
    ...{ type: 'dense', name: 'out', units: 12, activation: 'linear', weights: matrix(12, units), bias: bias(12) },
    largestOutput: 8,
  };
  return buildModel({
    ...{ name: 'net', labels: [], training: {} },
    input: { size: inputs, fraction: scope === 'joint' ? 7 : 5, offset: [0], scale: [1] },
    layers: [layer, dense],
    goldenInput: Int8Array.from({ length: 2 * inputs }, () => random.integer(255) - 127),
  });
}
