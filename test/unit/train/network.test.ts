import { expect, test } from 'vitest';
import { TrainedNetwork } from '../../../src/train/network.js';
import { checkTrainOptions } from '../../../src/train/options.js';

const shape = {
  layers: [{ cell: 'gru', inputs: 44, units: 10, activation: 'tanh', reset: 'after' }],
  outputs: 3,
} as const;
const factorsOf = (options: Parameters<typeof checkTrainOptions>[0]): number[] =>
  new TrainedNetwork(shape, checkTrainOptions({ units: [10], ...options }))
    .groups(options.matrixRate ?? 1)
    .map(({ factor }) => factor)
    .sort((a, b) => a - b);

test('rates: matrices have their own, everything else the full one', () => {
  expect(factorsOf({})).toEqual([1]);
  expect(factorsOf({ matrixRate: 0.5 })).toEqual([0.5, 1]);
});

test('scaled rates are multiplied by sqrt((fan in + units) / 1.5), for quantized matrices alone', () => {
  const [one, recurrent, input] = factorsOf({ scaleRates: true });
  expect(one).toBe(1);
  expect(recurrent).toBeCloseTo(Math.sqrt(20 / 1.5), 12);
  expect(input).toBeCloseTo(6, 12);
  expect(factorsOf({ scaleRates: true, weights: { input: 'none', recurrent: 'none' } })).toEqual([1]);
});
