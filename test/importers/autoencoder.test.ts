import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileModel } from '../../src/compiler/compile.js';
import { importModel } from '../../src/import-model.js';
import { FloatRun } from '../../src/importers/float-run.js';
import { readNetwork } from '../../src/importers/index.js';
import { normalSteps, ReconstructionErrors, repeatOf, wholeWindows } from '../../src/importers/reconstruction.js';
import { rewrite } from '../../src/importers/rewrite.js';
import { fixedScoredOutputs, floatScoredOutputs } from '../../src/interpreter/anomaly-scores.js';
import { inputCodes } from '../../src/ir/input-codes.js';
import { givenBack } from '../../src/ir/reconstruction.js';
import { packagePath } from '../kernels/run-program.js';

// Autoencoders: what PyTorch gives back of windows, what the reader's float64 does, and what fixed point does (N17).

const fixture = (name: string): string => packagePath(`test/importers/fixtures/autoencoder.${name}`);
const expected = JSON.parse(readFileSync(fixture('expected.json'), 'utf8')) as { x: number[]; y: number[][] };
const x = Float64Array.from(expected.x);
const STEPS = 8;

const LAYERS = 'lstm:encoder, dense:code:tanh, repeat:8, gru:decoder, lstm:second, dense:out';

test.each([
  ['h5', undefined],
  ['keras', undefined],
  ['onnx', undefined],
  ['pth', LAYERS],
])('windows are given back as PyTorch gives them: .%s', async (ending, layers) => {
  const { network, problems } = await readNetwork(fixture(ending), { layers });
  expect(problems).toEqual([]);
  for (const own of [network, rewrite('', network).network]) {
    const rows = givenBack(new FloatRun(own).run(wholeWindows(x, own)), STEPS);
    expect(rows.length).toBe(expected.y.length);
    const largest = Math.max(
      ...rows.flatMap((row, t) => [...row].map((value, j) => Math.abs(value - expected.y[t]![j]!))),
    );
    expect(largest).toBeLessThan(1e-6);
  }
});

test('fixed point gives windows back, and scores them as the float network does', async () => {
  const imported = await readNetwork(fixture('keras'), {});
  const recorded = { values: x, labels: [] };
  const data = { source: 'waves', calibration: [recorded], test: [recorded], labels: [] };
  const wishes = { path: 'a.keras', name: 'windows', rowScale: 'multiplier', data } as const;
  const weights = { input: 's8', recurrent: 's8', dense: 's8' } as const;
  const { model, fixed, reconstruction } = importModel(imported, { ...wishes, weights });
  expect(fixed.decibels).toBeGreaterThan(30);
  const error = expected.y.flat().reduce((sum, y, k) => sum + (y - x[k]!) ** 2, 0) / x.length;
  expect(reconstruction!.windows).toBe(3);
  expect(reconstruction!.float / error).toBeCloseTo(1, 3);
  expect(Math.abs(reconstruction!.fixed / error - 1)).toBeLessThan(0.2);

  const { program } = compileModel(model, { core: 'host' });
  const codes = inputCodes(x, model.input, model.activationBits);
  const [scored, float] = [
    fixedScoredOutputs(model, program, codes, 3),
    floatScoredOutputs(model, model.anomaly!, codes),
  ];
  expect(scored.length).toBe(3 * STEPS);
  scored.forEach((row, t) => {
    expect(Math.abs(row[3]! / float[t]![3]! - 1)).toBeLessThan(0.2);
    // one score of each window
    expect(row[3]).toBe(scored[t - (t % STEPS)]![3]);
  });
  // the threshold lies just above the windows that it was chosen from
  const highest = Math.max(...scored.map((row) => row[3]!));
  expect(model.anomaly!.threshold / highest).toBeCloseTo(1, 3);
  expect(repeatOf(imported.network)!.steps).toBe(STEPS);
});

test('windows that are given back from their end are noticed on the data', async () => {
  const imported = await readNetwork(fixture('keras'), {});
  const turned = x.slice();
  for (let t = 0; t < x.length / 3; t++) {
    const own = t - (t % STEPS) + STEPS - 1 - (t % STEPS);
    turned.set(x.subarray(3 * own, 3 * own + 3), 3 * t);
  }
  const rows = givenBack(new FloatRun(imported.network).run(wholeWindows(x, imported.network)), STEPS);
  const errors = [x, turned].map((own) => {
    const sums = new ReconstructionErrors(STEPS);
    sums.note(own, rows, rows);
    return sums.isReversed;
  });
  expect(errors).toEqual([false, true]);
});

test.each([
  ['lstm:encoder, repeat:8, dense:out', 'no recurrent layer gives the window back'],
  [
    'lstm:encoder, dense:code, repeat:8, gru:decoder, repeat:8, lstm:second, dense:out',
    'the second one of the network',
  ],
  ['repeat:8', 'follows no layer with weights'],
  ['lstm:encoder, dense:code, repeat:1, gru:decoder, dense:out', '2 to 4096 are possible'],
  ['lstm:encoder, dense:code, repeat:8, gru:decoder', 'its last layer is a gru'],
  ['lstm:encoder, dense:code, repeat:8, gru:decoder, dense:out:tanh', 'its last layer is not linear'],
])('refused: %s', async (layers, why) => {
  const { problems } = await readNetwork(fixture('pth'), { layers });
  expect(problems.map(({ message }) => message).join()).toContain(why);
});

test('a threshold is chosen from what is normal, by the labels that say so', () => {
  const codesOf = () => Int8Array.of(1, 2, 3);
  const recorded = (labels: readonly string[]) => ({ values: Float64Array.of(1, 2, 3), labels });
  const flags = (labels: readonly string[], normal?: readonly string[]) =>
    [...normalSteps('waves', { calibration: [recorded(labels)], normal }, codesOf, 1).targets[0]!].filter(
      (_, k) => k % 2,
    );
  expect(flags(['', 'fault', 'normal'])).toEqual([0, 1, 0]);
  expect(flags([])).toEqual([0, 0, 0]);
  expect(flags(['1'], ['1'])).toEqual([0, 0, 0]);
  expect(() => flags(['1'])).toThrow('no label is one of "normal", "0"');
});
