import { expect, test } from 'vitest';
import { measureAccuracy } from '../../../src/accuracy.js';
import { readModel } from '../../../src/compiler/1-read/read-model.js';
import { writeModel } from '../../../src/compiler/1-read/write-model.js';
import { compileModel } from '../../../src/compiler/compile.js';
import { makeDataset } from '../../../src/data/make-dataset.js';
import type { Recording, Recordings } from '../../../src/data/recording.js';
import { SeededRandom } from '../../../src/fixed/random.js';
import { predict } from '../../../src/predict.js';
import { train } from '../../../src/train/train.js';
import { trainedModel } from '../../../src/train/trained-model.js';
import { verify, verifyBesideFloat } from '../../../src/verify.js';

/** Noise of two channels, in which there may be a pulse of the first one (hot), of the second one (loud), or both. */
function noise(everyStep: boolean): Recordings {
  const random = new SeededRandom(5);
  const list = Array.from({ length: 240 }, (_, i): Recording => {
    const values = Float64Array.from({ length: 2 * 16 }, () => 0.5 * random.gaussian());
    const at = [random.integer(14), random.integer(14)];
    const present = [i % 3 === 0, i % 5 < 2];
    present.forEach((is, c) => {
      if (is) for (let t = at[c]!; t < at[c]! + 2; t++) values[2 * t + c]! += 3;
    });
    const said = (t: number): string => ['hot', 'loud'].filter((_, c) => present[c] && t >= at[c]! + 1).join('; ');
    const labels = everyStep ? Array.from({ length: 16 }, (_, t) => said(t)) : [said(16)];
    return { source: `noise ${i}`, name: `noise ${i}`, values, labels };
  });
  return { ...{ name: 'noise', source: 'noise', size: 2, everyStep, normalization: { kind: 'standard' } }, list };
}

test.each([
  ['at the end', false, 'none'],
  ['at every step, positives weighted', true, 'balanced'],
] as const)(
  'what is detected %s is learned, exported, compiled and computed by the C',
  async (_, everyStep, classWeights) => {
    const data = makeDataset(noise(everyStep));
    expect(data.task).toEqual({ name: 'detect', labels: ['hot', 'loud'], everyStep });
    const weights = { input: 's8', recurrent: 's8', dense: 's8' } as const;
    const result = await train(data, { units: [8], batch: 32, steps: 300, rate: 2e-2, weights, classWeights });
    expect(result.test.averagePrecision).toBeGreaterThan(0.9);
    const model = trainedModel(result.network);
    expect(model).toMatchObject({ task: 'detect', labels: ['hot', 'loud'] });
    expect(model.thresholds).toHaveLength(2);
    expect(readModel(writeModel(model))).toEqual(model);
    const compilation = compileModel(model, { core: 'host' });
    const like = makeDataset(noise(everyStep), { like: model });
    expect(like.task.thresholds).toEqual(model.thresholds);
    const { fixed, quantized } = measureAccuracy(model, compilation.program, like, like.test);
    expect(Math.abs(fixed.averagePrecision! - quantized.averagePrecision!)).toBeLessThan(0.02);
    expect(fixed.f1).toBeGreaterThan(0.85);
    const predictions = predict(model, compilation.program, like.task, like.test, everyStep).flatMap(
      (s) => s.predictions,
    );
    const wrong = predictions.filter(({ decision, expected }) => decision !== expected).length;
    expect(wrong / predictions.length).toBeLessThan(0.25);
    const sequences = data.test.sequences.slice(0, 3);
    expect(verifyBesideFloat(compilation, sequences)).toMatchObject({ passed: true, changed: null });
    expect(await verify(compilation, { core: 'host', sequences })).toMatchObject({ passed: true, differences: 0 });
  },
);
