import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeModel } from '../../../src/compiler/1-read/write-model.js';
import { compileModel } from '../../../src/compiler/compile.js';
import type { Dataset } from '../../../src/data/dataset.js';
import { loadDataset } from '../../../src/data/index.js';
import { fixedOutputs } from '../../../src/interpreter/fixed-outputs.js';
import { quantizedFloatOutputs } from '../../../src/interpreter/quantized-float.js';
import { Engine, type FakeQuantization } from '../../../src/train/engine/engine.js';
import type { NetworkShape } from '../../../src/train/engine/layout.js';
import { exportNetwork } from '../../../src/train/export.js';
import { DEPLOYED, TrainedNetwork } from '../../../src/train/network.js';
import { checkTrainOptions, type TrainOptions } from '../../../src/train/options.js';
import { formatsFor } from '../../../src/train/ranges.js';
import { RunFolder } from '../../../src/train/run-folder.js';
import { randomFor } from '../../../src/train/seeds.js';
import { TrainingInterrupted, train } from '../../../src/train/train.js';
import { trainedModel } from '../../../src/train/trained-model.js';
import { networkShape } from '../../../src/train/trainer.js';
import { runTrials, trialsOf } from '../../../src/train/trials.js';
import { windowedShapes } from '../../../src/train/windowed/index.js';
import { symbols } from './symbols.js';

// Trainings of networks with convolutions and pools; gradients are in engine/, what the chip computes in deployment.test.ts.

const folder = mkdtempSync(join(tmpdir(), 'rnnq-conv-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OPTIONS: TrainOptions = {
  conv: [
    { type: 'conv1d', units: 8, window: 3, stride: 2 },
    { type: 'pool', function: 'max', window: 2, stride: 1 },
  ],
  ...{ units: [9], batch: 32, epochs: 2, rate: 1e-2, quantizeActivationsFrom: 0.5, augment: { noise: 0.05 } },
};

const LAYERS: readonly NonNullable<TrainOptions['conv']>[] = [
  [{ type: 'conv1d', units: 5, window: 3, stride: 2 }],
  [
    { type: 'conv1d', units: 9, window: 2, activation: 'tanh', padding: 'causal' },
    { type: 'pool', function: 'mean', window: 3, stride: 1 },
  ],
  [
    { type: 'conv1d', units: 6, window: 4, activation: 'linear' },
    { type: 'pool', function: 'max', window: 2 },
    { type: 'conv1d', units: 7, window: 2, activation: 'sigmoid' },
  ],
];

test.each(LAYERS.map((conv) => ({ conv })))('the exported network gives the outputs of the engine: %o', ({ conv }) => {
  const options = checkTrainOptions({ conv, units: [5], activationBits: 16, rowScale: 'multiplier' });
  const windowed = windowedShapes(options.conv, 3);
  const inputs = windowed.at(-1)!.units;
  const shape: NetworkShape = {
    windowed,
    layers: [{ cell: 'gru', inputs, units: 5, activation: 'tanh' }],
    outputs: 2,
  };
  const network = new TrainedNetwork(shape, options);
  const random = randomFor(1, 'augment');
  const sequences = [23, 14, 9].map((steps) =>
    Int16Array.from({ length: 3 * steps }, () => Math.floor(8192 * (random.next() - 0.5))),
  );
  const engine = new Engine(shape, { steps: 23, batch: 3, everyStep: false }, { threads: 1 });
  sequences.forEach((codes, b) => {
    engine.setSequence(
      b,
      Float32Array.from(codes, (code) => code / 4096),
      codes.length / 3,
    );
  });
  const run = (quantization: FakeQuantization | null) => {
    engine.forward(network.effective(DEPLOYED), { quantization });
    return sequences.map((_, b) => Array.from(engine.logits(b)));
  };
  const float = run(null);
  const ranges = engine.ranges();
  const description = { name: 'n', labels: ['a', 'b'], goldenInput: sequences[0]!, training: {} };
  const input = { size: 3, fraction: 12, offset: [0], scale: [1] } as const;
  const real = exportNetwork(network, { ranges, largestLogit: 4 }, { ...description, input });
  const model = trainedModel(real);
  const { program } = compileModel(model, { core: 'host' });
  const chip = run(formatsFor(ranges, options));
  sequences.forEach((codes, b) => {
    const near = (outputs: readonly ArrayLike<number>[], expected: readonly number[]) =>
      expected.forEach((value, j) => void expect(Math.abs(outputs.at(-1)![j]! - value)).toBeLessThan(0.002));
    near(quantizedFloatOutputs(model, codes, false), float[b]!);
    near(fixedOutputs(model, program, codes, false), chip[b]!);
  });
});

test('a training that was interrupted and resumed ends with the model of a whole one', async () => {
  const data = await loadDataset('gestures');
  const whole = await train(data, OPTIONS, { run: new RunFolder(join(folder, 'whole')) });
  const run = new RunFolder(join(folder, 'cut'));
  const controller = new AbortController();
  const onProgress = ({ step }: { step: number }) => {
    if (step === 23) controller.abort();
  };
  await expect(train(data, OPTIONS, { run, onProgress, signal: controller.signal })).rejects.toThrow(
    TrainingInterrupted,
  );
  const resumed = await train(data, OPTIONS, { run, resume: true });
  expect(writeModel(trainedModel(resumed.network))).toBe(writeModel(trainedModel(whole.network)));
});

test('a float network of the same layers is a teacher', async () => {
  const options = { ...OPTIONS, epochs: 1 };
  const trials = trialsOf(checkTrainOptions(options), { seeds: 1, distill: true, teacher: false });
  const [trial] = await runTrials(await loadDataset('gestures'), options, trials, {});
  expect(trial!.result.network.layers.map(({ name }) => name)).toEqual(['conv0', 'pool1', 'gru0', 'dense']);
});

test.each<readonly [string, () => Dataset | Promise<Dataset>, NonNullable<TrainOptions['conv']>, RegExp]>([
  ['symbols', symbols, [{ type: 'conv1d', units: 4, window: 2 }], /bad_option.*the input is symbols/],
  [
    'targets at every step',
    async () => {
      const data = await loadDataset('gestures');
      return { ...data, task: { ...data.task, everyStep: true } };
    },
    [{ type: 'conv1d', units: 4, window: 3, stride: 2 }],
    /targets at every step .as with --stream., the first output comes with step 3, then every 2; use causal convolutions of stride 1 and no pools/,
  ],
  [
    'sequences in pieces',
    async () => ({ ...(await loadDataset('gestures')), stream: true }),
    [{ type: 'conv1d', units: 4, window: 3 }],
    /learned in pieces/,
  ],
  [
    'short sequences',
    () => loadDataset('gestures'),
    [
      { type: 'conv1d', units: 4, window: 40, stride: 10 },
      { type: 'pool', function: 'mean', window: 5 },
    ],
    /conv_too_short at synthetic_gestures: \w+\/\d+: 960 of 960 sequences of the train part end before .* step 80; the shortest has 40/,
  ],
])('refused: %s', async (_, load, conv, message) => {
  const data = await load();
  expect(() => networkShape(checkTrainOptions({ conv }), data)).toThrow(message);
});

test('refused: a batch that no memory holds', () => {
  const { conv } = checkTrainOptions({ conv: [{ type: 'conv1d', units: 8, window: 1024 }] });
  const layers = [{ cell: 'gru', inputs: 8, units: 8, activation: 'tanh' }] as const;
  const batch = { steps: 1200, batch: 64, everyStep: false };
  expect(() => new Engine({ windowed: windowedShapes(conv, 64), layers, outputs: 2 }, batch, { threads: 1 })).toThrow(
    /training_memory at training: half a batch needs \d{4} MB of memory, 1024 MB is the most/,
  );
});

test.each([
  [
    { conv: [{ type: 'pool', function: 'max', window: 2 }] },
    /^.*conv: begins with a pool; the first layer must be a convolution/,
  ],
  [{ ...OPTIONS, scope: 'joint' }, /scope.*conv/],
  [{ conv: [{ type: 'conv2d', units: 4, window: 2 }] }, /"conv2d" is not conv1d or pool/],
] as [TrainOptions, RegExp][])('refused options: %o', (options, message) => {
  expect(() => checkTrainOptions(options)).toThrow(message);
});
