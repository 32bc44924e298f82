import { expect, test } from 'vitest';
import { evaluateEvery, ratesOf, updatesOf } from '../../../src/train/defaults.js';
import { checkTrainOptions, type TrainOptions } from '../../../src/train/options.js';

test.each<[TrainOptions, number, number]>([
  [{}, 3, 2000],
  [{}, 500, 5000],
  [{ effort: 'quick' }, 3, 400],
  [{ effort: 'thorough' }, 500, 20000],
  [{ effort: 'thorough', epochs: 7 }, 3, 21],
  [{ epochs: 7, steps: 5 }, 3, 5],
])('%j with %d updates an epoch: %d updates', (options, perEpoch, updates) => {
  expect(updatesOf(checkTrainOptions(options), perEpoch)).toBe(updates);
});

test('evaluations: every epoch, but no more than a hundred unless asked for', () => {
  expect(evaluateEvery({}, 3, 2000)).toBe(20);
  expect(evaluateEvery({}, 500, 5000)).toBe(500);
  expect(evaluateEvery({ evaluateEvery: 1 }, 500, 5000)).toBe(1);
});

const data = (encoding?: 'one-hot') =>
  ({ input: { size: 2, ...(encoding && { encoding }), fraction: 7, scale: [1, 1] } }) as never;
test.each<['one-hot' | undefined, TrainOptions, number, number]>([
  [undefined, {}, 0.015, 1],
  ['one-hot', { weights: { recurrent: 'none' } }, 0.08, 0.25],
  ['one-hot', { weights: { recurrent: 's8' } }, 0.08, 0.25],
  ['one-hot', { weights: { recurrent: 'absmean' } }, 0.08, 0.25],
  ['one-hot', {}, 0.16, 0.0375],
  ['one-hot', { weights: { recurrent: 's4' } }, 0.08, 0.075],
  ['one-hot', { rate: 0.02 }, 0.02, 1],
  ['one-hot', { matrixRate: 0.5 }, 0.015, 0.5],
  ['one-hot', { scaleRates: true }, 0.015, 1],
])('rates for %s, %j: %d and %d', (encoding, options, rate, matrixRate) => {
  expect(ratesOf(checkTrainOptions(options), data(encoding))).toEqual({ rate, matrixRate });
});
