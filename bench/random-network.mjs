// Random weights and networks that the benchmarks compile; the same for the same random numbers.
import { buildModel } from '../dist/quantizers/build-model.js';

const LARGEST = { ternary: 1, binary: 1, s4: 7, s8: 127, 'pow2-7': 64 };

/** Codes of a format; ternary ones with a share of zeros. */
export function codesOf(random, format, count, zeros) {
  const largest = LARGEST[format];
  return Int8Array.from({ length: count }, () => {
    if (format === 'binary') return random.integer(2) * 2 - 1;
    if (format === 'ternary') return random.next() < zeros ? 0 : random.integer(2) * 2 - 1;
    if (format === 'pow2-7') return 2 ** random.integer(7) * (random.integer(2) * 2 - 1);
    return random.integer(2 * largest + 1) - largest;
  });
}

/** A recurrent layer and 12 classes, half of the ternary weights zero. */
export function network(random, cell, inputs, units, { scope = 'joint', format = 'ternary' } = {}) {
  const gates = cell === 'gru' ? 3 : 4;
  const matrix = (rows, cols) => ({
    ...{ format, rows, cols, rowScale: 'shift' },
    codes: codesOf(random, format, rows * cols, 0.5),
    scales: Float64Array.from({ length: rows }, () => (0.05 + random.next() / 4) / LARGEST[format]),
  });
  const bias = (length) => Float64Array.from({ length }, () => random.next() * 2 - 1);
  const [input, recurrent] = [matrix(gates * units, inputs), matrix(gates * units, units)];
  if (scope === 'joint') recurrent.scales = input.scales;
  const shared = { name: 'cell', units, scope, activation: 'tanh', input, recurrent };
  const layer =
    cell === 'gru'
      ? { type: 'gru', reset: 'after', ...shared, inputBias: bias(3 * units), recurrentBias: bias(3 * units) }
      : { type: 'lstm', ...shared, bias: bias(4 * units), cellFraction: 11 };
  const dense = {
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
