import { describe, expect, test } from 'vitest';
import { loadDataset } from '../../../src/data/index.js';
import type { Metric } from '../../../src/train/checkpoint.js';
import { checkTrainOptions, type TrainOptions } from '../../../src/train/options.js';
import { selection } from '../../../src/train/selection.js';
import { stillFalling } from '../../../src/train/still-falling.js';
import {
  bestOfSeeds,
  bestTrial,
  crossValidate,
  meanAndDeviation,
  runTrials,
  trialsOf,
} from '../../../src/train/trials.js';

const OPTIONS: TrainOptions = { units: [6], batch: 32, steps: 30, seed: 7 };
const ONCE = { seeds: 1, distill: false, teacher: false };

describe('which trainings are made', () => {
  const names = (options: TrainOptions, wishes: Partial<typeof ONCE> = {}) =>
    trialsOf(checkTrainOptions(options), { ...ONCE, ...wishes }).map(({ name, seed, twin }) => [name, seed, twin]);
  test('one, several seeds, distilled ones', () => {
    expect(names(OPTIONS)).toEqual([['', 7, null]]);
    expect(names(OPTIONS, { seeds: 2, distill: true })).toEqual([
      ['', 7, 'float'],
      ['seed-8', 8, 'seed-8-float'],
    ]);
  });
  test('thorough: from scratch and distilled, unless there is a teacher or nothing is quantized', () => {
    const thorough: TrainOptions = { ...OPTIONS, effort: 'thorough' };
    const both = [
      ['', 7, null],
      ['distilled', 7, 'float'],
    ];
    expect(names(thorough)).toEqual(both);
    expect(names(thorough, { teacher: true })).toEqual([['', 7, null]]);
    expect(names({ ...thorough, weights: { input: 'none', recurrent: 'none', dense: 'none' } })).toHaveLength(1);
  });
});

test('runs them, with a float twin first; the best one is that of the validation part', async () => {
  const data = await loadDataset('gestures');
  const trials = trialsOf(checkTrainOptions(OPTIONS), { ...ONCE, seeds: 2, distill: true });
  const shown: string[] = [];
  const progress = (name: string) => ({ show: () => void (shown.at(-1) === name || shown.push(name)), stop() {} });
  const results = await runTrials(data, OPTIONS, trials, { progress });
  expect(shown).toEqual(['float', '', 'seed-8-float', 'seed-8']);
  const [first, second] = results.map(({ result }) => result);
  expect(first!.network.training).toMatchObject({ seed: 7, recurrentWeights: 'ternary' });
  expect(second!.network.training).toMatchObject({ seed: 8 });
  const best = bestTrial(data, OPTIONS, results).result.validation.accuracy!;
  expect(best).toBe(Math.max(first!.validation.accuracy!, second!.validation.accuracy!));
  expect(bestOfSeeds(data, OPTIONS, results)).toHaveLength(2);
});

test('folds: other data each time', async () => {
  const load = (fold: number) => loadDataset('gestures', { split: `fold=${fold}/2` });
  const trials = trialsOf(checkTrainOptions({ ...OPTIONS, steps: 2 }), ONCE);
  const folds = await crossValidate(2, load, async () => ({ ...OPTIONS, steps: 2 }), trials, {});
  expect(folds.map(({ fold, name }) => [fold, name])).toEqual([
    [1, 'fold-1'],
    [2, 'fold-2'],
  ]);
  expect(folds[0]!.result.test).not.toEqual(folds[1]!.result.test);
});

test('mean and standard deviation of a sample', () => {
  const { mean, deviation } = meanAndDeviation([
    { loss: 1, accuracy: 0.5 },
    { loss: 3, accuracy: 0.7 },
  ]);
  expect(mean).toEqual({ loss: 2, accuracy: 0.6 });
  expect(deviation.loss).toBeCloseTo(Math.SQRT2, 12);
  expect(meanAndDeviation([{ loss: 1 }]).deviation).toEqual({ loss: 0 });
});

describe('which network is best', () => {
  const classify = { name: 'classify', labels: ['a', 'b'], everyStep: false } as const;
  const first = (options: TrainOptions) => selection(classify, checkTrainOptions(options)).select[0].metric;
  test("the task's metric, the one that is named, macro F1 with balanced classes", () => {
    expect(first({})).toBe('accuracy');
    expect(first({ select: 'loss' })).toBe('loss');
    expect(first({ select: 'balanced-accuracy' })).toBe('balancedAccuracy');
    expect(first({ classWeights: 'balanced' })).toBe('macroF1');
    expect(first({ classWeights: 'balanced', select: 'accuracy' })).toBe('accuracy');
    const symbols = { ...classify, name: 'symbols' } as const;
    expect(selection(symbols, checkTrainOptions({ classWeights: 'balanced' })).select[0].metric).toBe('loss');
  });
  test('another name is refused', () => {
    expect(() => first({ select: 'f1' })).toThrow(
      /bad_option at select: .*accuracy, loss, balanced-accuracy, macro-f1/,
    );
  });
});

describe('a training that ended too early', () => {
  const metrics = (losses: readonly number[]): Metric[] =>
    losses.map((loss, i) => ({ update: 10 * (i + 1), epoch: 1, rate: 0, loss, accuracy: 0, validation: { loss } }));
  test.each([
    [[2, 1.5, 1.2, 1, 0.9], 0.1],
    [[2, 1.5, 1.2, 1, 0.99], 0],
    [[2, 1.5, 0.8, 1, 0.9], 0],
    [[2, 0.02, 0.01, 0.005, 0.001], 0],
    [[0.9], 0],
    [[], 0],
  ])('validation loss %j: fell by %d', (losses, fall) => {
    expect(stillFalling(metrics(losses), 2)).toBeCloseTo(fall, 12);
  });
});
