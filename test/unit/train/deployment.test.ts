import { describe, expect, test } from 'vitest';
import { measureAccuracy } from '../../../src/accuracy.js';
import { compileModel } from '../../../src/compiler/compile.js';
import type { Dataset } from '../../../src/data/dataset.js';
import { loadDataset } from '../../../src/data/index.js';
import type { Activation } from '../../../src/ir/model.js';
import { METHODS, type MethodName } from '../../../src/train/methods/index.js';
import type { TrainOptions } from '../../../src/train/options.js';
import { train } from '../../../src/train/train.js';
import { trainedModel } from '../../../src/train/trained-model.js';
import { some } from '../../whole.js';
import { symbols } from './symbols.js';

/** Everything that can be trained is exported and compiles, and the C's figures are those of the training. */
async function deploy(data: Dataset, options: TrainOptions) {
  const result = await train(data, {
    units: [9],
    batch: 32,
    epochs: 3,
    rate: 1e-2,
    quantizeActivationsFrom: 0.5,
    ...options,
  });
  const model = trainedModel(result.network);
  const { program } = compileModel(model, { core: 'host' });
  const { fixed, count } = measureAccuracy(model, program, data, data.test);
  const { layers, activationBits } = model;
  return { trained: result.test, fixed, count, layers, activationBits };
}

/** Worst of the cases here: 0.02 (binary, whose weights of +-1 amplify every rounding), and 4 of 120 (two relu layers). */
const expectSame = ({ trained, fixed, count }: Awaited<ReturnType<typeof deploy>>) => {
  expect(Math.abs(fixed.loss - trained.loss)).toBeLessThan(0.03);
  expect(Math.abs(fixed.accuracy! - trained.accuracy!) * count).toBeLessThan(5.5);
};

/** Of 16 bits less is lost in rounding: worst of the cases here 0.001, and 1 of 120. */
const expectEqual = ({ trained, fixed, count, activationBits }: Awaited<ReturnType<typeof deploy>>) => {
  expect(activationBits).toBe(16);
  expect(Math.abs(fixed.loss - trained.loss)).toBeLessThan(0.01);
  expect(Math.abs(fixed.accuracy! - trained.accuracy!) * count).toBeLessThan(2.5);
};

const dense = (...activations: readonly Activation[]) =>
  activations.map((activation, i) => ({ units: 8 - i, activation }));

const CELLS: readonly (TrainOptions & { readonly title: string })[] = [
  { title: 'vanilla, tanh', cell: 'rnn' },
  { title: 'vanilla, hard', cell: 'rnn', activation: 'hard' },
  { title: 'vanilla, relu', cell: 'rnn', activation: 'relu' },
  { title: 'vanilla, relu, two layers', cell: 'rnn', activation: 'relu', units: [7, 5] },
  { title: 'GRU, reset after', cell: 'gru' },
  { title: 'GRU, reset before', cell: 'gru', reset: 'before' },
  { title: 'GRU, hard, reset before', cell: 'gru', reset: 'before', activation: 'hard' },
  { title: 'LSTM', cell: 'lstm' },
  { title: 'LSTM, hard', cell: 'lstm', activation: 'hard' },
  { title: 'joint scope', cell: 'lstm', scope: 'joint' },
  { title: 'two layers with batch norm on their inputs', inputNorm: true, units: [8, 6], gamma: 0.5 },
  { title: 'head of relu and tanh', head: dense('relu', 'tanh') },
  { title: 'head of sigmoid and linear', cell: 'rnn', head: dense('sigmoid', 'linear') },
  { title: 'batch norm of products', gateNorm: true, gamma: 0.5, rowScale: 'multiplier' },
  { title: 'batch norm of products, powers of two', cell: 'lstm', gateNorm: true, gamma: 0.5 },
];

const conv = (units: number, window: number, rest: object = {}) =>
  ({ type: 'conv1d', units, window, ...rest }) as const;

/** Rates, both pools and paddings, every activation, and all kinds of weights. */
const CONVOLUTIONS: readonly (TrainOptions & { readonly title: string })[] = [
  {
    title: 'relu, stride, means of three',
    conv: [conv(9, 3, { stride: 2 }), { type: 'pool', function: 'mean', window: 3, stride: 1 }],
  },
  {
    title: 'tanh behind zeros, maxima, linear; 8 bits',
    conv: [
      conv(6, 4, { activation: 'tanh', padding: 'causal' }),
      { type: 'pool', function: 'max', window: 2 },
      conv(7, 2, { activation: 'linear' }),
    ],
    ...{ weights: { conv: 's8' }, inputNorm: true, rowScale: 'multiplier', cell: 'lstm', units: [9, 6] },
  },
  { title: 'sigmoid, powers of two', conv: [conv(12, 5, { activation: 'sigmoid' })], weights: { conv: 'pow2' } },
];

describe('the chip computes what was trained', () => {
  test.each(some(8, CELLS))('$title', async ({ title: _, ...options }) => {
    expectSame(await deploy(await loadDataset('gestures'), options));
  });

  test.each(some(4, CELLS))('16 bits: $title', async ({ title: _, ...options }) => {
    const data = await loadDataset('gestures', { activationBits: 16 });
    expectEqual(await deploy(data, { ...options, activationBits: 16 }));
  });

  test.each(
    some(
      6,
      (Object.keys(METHODS) as MethodName[]).filter((name) => name !== 'none'),
    ),
  )('method %s', async (method) => {
    const weights = { input: method, recurrent: method, dense: method };
    const initialRange = method === 'pow2-ternary' ? 4 : 1;
    const head = dense('linear');
    const options = { weights, initialRange, head, rowScale: 'multiplier' } as const;
    expectSame(await deploy(await loadDataset('gestures'), options));
  });

  test('the methods of Ott et al. (2016) quantize biases too', async () => {
    const weights = { input: 'exponential', recurrent: 'ternary-connect', bias: 'pow2-ternary' } as const;
    expectSame(await deploy(await loadDataset('gestures'), { weights, gateBias: -1, stochastic: true }));
  });

  test.each(some(2, CONVOLUTIONS))('convolutions: $title', async ({ title: _, ...options }) => {
    expectSame(await deploy(await loadDataset('gestures'), options));
    const wide = await loadDataset('gestures', { activationBits: 16 });
    expectEqual(await deploy(wide, { ...options, activationBits: 16 }));
  });

  test('16 bits: symbols, and data of another number of bits', async () => {
    const { input, ...data } = symbols();
    const wide = { ...data, activationBits: 16, input: { ...input, fraction: 15 } } as const;
    const options = { cell: 'gru', scope: 'joint', epochs: 3, batch: 8, backpropSteps: 20 } as const;
    expectEqual(await deploy(wide, { ...options, activationBits: 16 }));
    await expect(deploy(wide, options)).rejects.toThrow(/bad_option at activationBits: .* is not that of the data, 16/);
  });

  test.each(['gru', 'lstm', 'rnn'] as const)('symbols, a class at every step, streams: %s', async (cell) => {
    const { layers, ...result } = await deploy(symbols(), { cell, epochs: 6, batch: 8, backpropSteps: 20 });
    expectSame({ layers, ...result });
    // the next symbol is known three times in four
    expect(result.fixed.accuracy).toBeGreaterThan(0.5);
  });
});
