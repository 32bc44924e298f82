import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { measureAccuracy } from '../../../src/accuracy.js';
import { writeModel } from '../../../src/compiler/1-read/write-model.js';
import { compileModel } from '../../../src/compiler/compile.js';
import { loadDataset } from '../../../src/data/index.js';
import { weightsHash } from '../../../src/train/checkpoint.js';
import { checkTrainOptions, type TrainOptions } from '../../../src/train/options.js';
import { RunFolder } from '../../../src/train/run-folder.js';
import { savedNetwork, savedRun } from '../../../src/train/saved-network.js';
import { tensorCount } from '../../../src/train/tf.js';
import { TrainingInterrupted, type TrainSurroundings, train } from '../../../src/train/train.js';
import { trainedModel } from '../../../src/train/trained-model.js';
import { some } from '../../whole.js';
import { symbols } from './symbols.js';

const OPTIONS: TrainOptions = { cell: 'gru', units: [12], epochs: 30, batch: 32, rate: 1e-2 };
const FLOAT = { input: 'none', recurrent: 'none', dense: 'none' } as const;
const gestures = () => loadDataset('gestures');

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});
function newRun(): RunFolder {
  const folder = mkdtempSync(join(tmpdir(), 'rnnq-run-'));
  folders.push(folder);
  return new RunFolder(folder);
}

describe('training', () => {
  test.each(
    some(3, [
      {},
      { weights: FLOAT },
      { cell: 'lstm', units: [24], rowScale: 'multiplier' },
      { units: [12, 8], scope: 'joint' },
      { dropout: 0.1, augment: { noise: 0.02, shift: 1 }, classWeights: 'balanced' },
      { gradual: 0.3, weights: { dense: 'ternary' } },
    ] as Partial<TrainOptions>[]),
  )('learns the generated gestures: %o', async (options) => {
    const data = await gestures();
    const result = await train(data, { ...OPTIONS, ...options });
    expect(result.test.accuracy).toBeGreaterThan(0.9);
    const model = trainedModel(result.network);
    const { program } = compileModel(model, { core: 'host' });
    const { fixed, count } = measureAccuracy(model, program, data, data.test);
    // the chip's accuracy is the training's, within two of the test sequences
    expect(Math.abs(fixed.accuracy! - result.test.accuracy!)).toBeLessThanOrEqual(2.5 / count);
  });

  test('the same seed gives the same model in one and two threads, another seed another; no tensors are left', async () => {
    const data = await gestures();
    const text = async (seed: number) =>
      writeModel(trainedModel((await train(data, { ...OPTIONS, epochs: 1, seed })).network));
    const first = await text(5);
    const tensors = tensorCount();
    vi.stubEnv('RNNQ_THREADS', '1');
    expect(await text(5)).toBe(first);
    expect(tensorCount()).toBe(tensors);
    expect(await text(6)).not.toBe(first);
  });

  test('a rate far too high ends with a diagnostic or a finite loss, never with NaN weights', async () => {
    const data = await gestures();
    const outcome = await train(data, { ...OPTIONS, weights: FLOAT, epochs: 1, rate: 10 }).then(
      ({ network }) => trainedModel(network).layers.length,
      (error: Error) => error.message,
    );
    expect(outcome === 2 || /training_diverged|scale_out_of_range/.test(String(outcome))).toBe(true);
  });

  test('early stopping ends a training that no longer improves, and keeps the best network', async () => {
    const data = await gestures();
    const result = await train(data, { ...OPTIONS, epochs: 400, rate: 3e-2, patience: 3, evaluateEvery: 10 });
    expect(result.earlyStop).toBe(true);
    expect(result.steps).toBe(result.bestStep + 30);
    const best = result.metrics.find(({ update }) => update === result.bestStep)!;
    expect(result.validation.accuracy).toBe(best.validation.accuracy);
    expect(Math.max(...result.metrics.map((m) => m.validation.accuracy!))).toBe(best.validation.accuracy);
  });
});

describe('runs', () => {
  const SHORT: TrainOptions = {
    ...OPTIONS,
    head: [{ units: 9, activation: 'relu' }],
    ...{ epochs: 3, dropout: 0.2, augment: { noise: 0.05 }, evaluateEvery: 17 },
    ...{ weights: { input: 'ternary-connect', recurrent: 'ternary-connect' }, stochastic: true },
  };
  /** Trains until update `stop`, then goes on in a new training. */
  async function interrupted(run: RunFolder, stop: number, surroundings: TrainSurroundings = {}) {
    const controller = new AbortController();
    const onProgress = ({ step }: { step: number }) => {
      if (step === stop) controller.abort();
    };
    const data = await gestures();
    const first = train(data, SHORT, { run, onProgress, signal: controller.signal });
    await expect(first).rejects.toThrow(TrainingInterrupted);
    return train(data, SHORT, { run, resume: true, ...surroundings });
  }

  test.each(some(2, [1, 16, 17, 40, 89]))(
    'interrupted after update %d and resumed: the same weights, metrics and model',
    async (stop) => {
      const [whole, resumed] = [newRun(), newRun()];
      const expected = await train(await gestures(), SHORT, { run: whole });
      const found = await interrupted(resumed, stop);
      const hash = (run: RunFolder) => weightsHash(run.checkpoint().trainer.network);
      expect(hash(resumed)).toBe(hash(whole));
      expect(found.metrics).toEqual(expected.metrics);
      expect(writeModel(trainedModel(found.network))).toBe(writeModel(trainedModel(expected.network)));
      const metrics = readFileSync(join(resumed.path, 'metrics.jsonl'), 'utf8');
      expect(metrics).toBe(readFileSync(join(whole.path, 'metrics.jsonl'), 'utf8'));
      expect(metrics.trim().split('\n')).toHaveLength(expected.metrics.length);
    },
  );

  test.each(['gru', 'lstm'] as const)('a %s on streams takes up the states of its windows', async (cell) => {
    const data = symbols();
    const options: TrainOptions = {
      cell,
      units: [8],
      batch: 8,
      backpropSteps: 20,
      epochs: 2,
      inputNorm: true,
      gateNorm: true,
    };
    const [whole, resumed] = [newRun(), newRun()];
    await train(data, { ...options, scope: 'separate' }, { run: whole });
    const controller = new AbortController();
    const onProgress = ({ step }: { step: number }) => {
      if (step === 23) controller.abort();
    };
    await expect(train(data, options, { run: resumed, onProgress, signal: controller.signal })).rejects.toThrow(
      TrainingInterrupted,
    );
    await train(data, options, { run: resumed, resume: true });
    const hash = (run: RunFolder) => weightsHash(run.checkpoint().trainer.network);
    expect(hash(resumed)).toBe(hash(whole));
  });

  test('a resumed run must have its options and its data', async () => {
    const run = newRun();
    const data = await gestures();
    await train(data, { ...SHORT, epochs: 1 }, { run });
    await expect(train(data, { ...SHORT, epochs: 2 }, { run, resume: true })).rejects.toThrow(
      /run_changed.*epochs was 1, is 2/,
    );
    const other = { ...data, train: data.validation };
    await expect(train(other, { ...SHORT, epochs: 1 }, { run, resume: true })).rejects.toThrow(/run_changed.*data/);
    await expect(train(data, SHORT, { run: newRun(), resume: true })).rejects.toThrow(/run_missing/);
  });

  test('an unfinished run is not overwritten unless asked', async () => {
    const run = newRun();
    const controller = new AbortController();
    controller.abort();
    const data = await gestures();
    const first = train(data, SHORT, { run, signal: controller.signal });
    await expect(first).rejects.toThrow(/interrupted after update 1/);
    await expect(train(data, SHORT, { run })).rejects.toThrow(/run_unfinished/);
    const { steps } = await train(data, { ...SHORT, epochs: 1 }, { run, restart: true });
    expect(steps).toBe(30);
  });

  test('a damaged checkpoint is refused', async () => {
    const run = newRun();
    const data = await gestures();
    await train(data, { ...SHORT, epochs: 1 }, { run });
    const path = join(run.path, 'checkpoint.json');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.slice(0, text.length / 2));
    const again = train(data, { ...SHORT, epochs: 1 }, { run, resume: true });
    await expect(again).rejects.toThrow(/checkpoint_broken.*hash/);
  });

  test('a float run warms up a ternary one, and teaches it', async () => {
    const data = await gestures();
    const run = newRun();
    const float: TrainOptions = { ...OPTIONS, epochs: 15, weights: FLOAT };
    await train(data, float, { run });
    const ternary: TrainOptions = { ...OPTIONS, epochs: 4, rate: 5e-3 };
    const network = savedNetwork(savedRun(run, checkTrainOptions(ternary)), data);
    const cold = await train(data, ternary);
    const warm = await train(data, ternary, { warm: network });
    const taught = await train(data, { ...ternary, distillWeight: 0.5, distillTemperature: 2 }, { teacher: network });
    expect(warm.test.accuracy).toBeGreaterThan(cold.test.accuracy!);
    expect(taught.network).not.toEqual(cold.network);
    const lstm = checkTrainOptions({ ...ternary, cell: 'lstm' });
    expect(() => savedNetwork(savedRun(run, lstm), data)).toThrow(/run_does_not_fit.*cell is "gru"/);
  });
});
