import { expect, test } from 'vitest';
import { measureAccuracy } from '../../../src/accuracy.js';
import { compileModel } from '../../../src/compiler/compile.js';
import { makeDataset } from '../../../src/data/make-dataset.js';
import type { Recording, Recordings } from '../../../src/data/recording.js';
import { SeededRandom } from '../../../src/fixed/random.js';
import { train } from '../../../src/train/train.js';
import { trainedModel } from '../../../src/train/trained-model.js';
import { verify, verifyBesideFloat } from '../../../src/verify.js';

/**
 * Two quantities of a signal: its smoothed value in kPa, with a mean that is large beside its spread, and its last step,
 * missing now and then.
 */
function signals(everyStep: boolean): Recordings {
  const random = new SeededRandom(3);
  const list = Array.from({ length: 150 }, (_, i): Recording => {
    const values = new Float64Array(24);
    const targets = new Float64Array(2 * 24);
    let smooth = 0;
    for (let t = 0; t < 24; t++) {
      values[t] = (values[t - 1] ?? 0) * 0.7 + random.gaussian();
      smooth += 0.3 * (values[t]! - smooth);
      targets[2 * t] = 1013 + 2 * smooth;
      targets[2 * t + 1] = i % 5 === 0 ? Number.NaN : values[t]! - (values[t - 1] ?? 0);
    }
    const own = everyStep ? targets : targets.slice(-2);
    return { source: `signal ${i}`, name: `signal ${i}`, values, labels: [], targets: own };
  });
  return {
    ...{ name: 'signals', source: 'signals', size: 1, everyStep, normalization: { kind: 'standard' }, list },
    targets: [{ name: 'smooth', unit: 'kPa' }, { name: 'step' }],
  };
}

const CAUSAL = { type: 'conv1d', units: 6, window: 4, activation: 'tanh', padding: 'causal' } as const;

test.each([
  ['at the end', false, 'mse', 8, []],
  ['at every step', true, 'huber', 16, []],
  ['at every step behind a convolution', true, 'mse', 16, [CAUSAL]],
] as const)(
  'quantities %s are learned, exported, compiled and computed by the C',
  async (_, everyStep, loss, activationBits, conv) => {
    const data = makeDataset(signals(everyStep), { activationBits });
    expect(data.task).toMatchObject({ name: 'regress', labels: ['smooth', 'step'], everyStep });
    const weights = { input: 's8', recurrent: 's8', dense: 's8' } as const;
    const steps = everyStep ? 300 : 500;
    const network = { conv: [...conv], units: [12], weights, activationBits };
    const result = await train(data, { ...network, batch: 32, steps, rate: 2e-2, loss });
    // 1 is what a network reaches that gives the means
    expect(result.test.rmse).toBeLessThan(0.35);
    const model = trainedModel(result.network);
    expect(model).toMatchObject({
      task: 'regress',
      labels: [],
      outputs: [{ name: 'smooth', unit: 'kPa' }, { name: 'step' }],
    });
    expect(model.outputs![0]!.offset).toBeCloseTo(1013, 0);
    const compilation = compileModel(model, { core: 'host' });
    const { fixed, count, meter } = measureAccuracy(model, compilation.program, data, data.test);
    expect(count).toBe(data.test.targets.flatMap((own) => [...own]).filter((target) => !Number.isNaN(target)).length);
    expect(Math.abs(fixed.rmse! - result.test.rmse!)).toBeLessThan(everyStep ? 0.02 : 0.05);
    const [smooth] = meter.details().outputs as { rmse: number; r2: number; unit: string }[];
    expect(smooth).toMatchObject({ unit: 'kPa' });
    expect(smooth!.r2).toBeGreaterThan(0.8);
    expect(verifyBesideFloat(compilation, data.test.sequences.slice(0, 3))).toMatchObject({
      passed: true,
      changed: null,
    });
    const verification = await verify(compilation, { core: 'host', sequences: data.test.sequences.slice(0, 3) });
    expect(verification).toMatchObject({ passed: true, differences: 0 });
  },
);
