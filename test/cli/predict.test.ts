import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { writeModel } from '../../src/compiler/1-read/write-model.js';
import { compileModel } from '../../src/compiler/compile.js';
import { runSequences, stepBytes } from '../../src/interpreter/interpret.js';
import { predict, type SequencePrediction } from '../../src/predict.js';
import { buildModel } from '../../src/quantizers/build-model.js';
import { realNetwork } from '../unit/compiler/small-network.js';
import { sharedPlace } from './place.js';

const place = sharedPlace();
const { rnnq } = place;

/** A model of three inputs that was trained with columns az, ax, ay in windows of 4 steps. */
beforeAll(() => {
  const { input, ...network } = realNetwork('gru');
  const channels = ['az', 'ax', 'ay'].map((name) => ({ name, unit: 'g' }));
  const reading = { kind: 'csv', options: { features: ['az', 'ax', 'ay'], window: 4, time: 'ms' }, data: '0' };
  const labels = ['rest', 'walk', 'run', 'fall'];
  const model = buildModel({ ...network, labels, input: { ...input, channels, rate: 50, reading } });
  place.write('m.json', writeModel(model));
  const rows = Array.from({ length: 12 }, (_, k) => [20 * k, Math.sin(k), Math.cos(k), 1 - k / 6].join());
  place.write('log.csv', `ms,ax,ay,az\n${rows.join('\n')}\n`);
  const labelled = rows.map((row, k) => `${row},${k < 4 ? 'rest' : k < 8 ? 'walk' : 'flight'}`);
  place.write('labelled.csv', `ms,ax,ay,az,label\n${labelled.join('\n')}\n`);
});

interface Json {
  readonly sequences: { name: string; predictions: { decision: string; codes: number[]; expected: string | null }[] }[];
}
const predicted = async (...args: string[]): Promise<Json['sequences']> =>
  (JSON.parse((await rnnq('predict', 'm.json', ...args, '--json')).stdout) as [Json])[0].sequences;

test('recordings without labels are read as those of the training', async () => {
  const { stdout, stderr, exitCode } = await rnnq('predict', 'm.json', 'log.csv');
  expect([exitCode, stdout.split('\n').filter((line) => /^@\d/.test(line)).length]).toEqual([0, 3]);
  expect(stderr).not.toContain('error');
  // the columns in another order are the same inputs
  const turned = place.read('log.csv').replace(/^(.*?),(.*?),(.*)$/gm, '$2,$1,$3');
  place.write('turned.csv', turned);
  expect((await rnnq('predict', 'm.json', 'turned.csv')).stdout).toBe(stdout);
  const steps = await predicted('log.csv', '--every-step');
  expect(steps.map(({ predictions }) => predictions.length)).toEqual([4, 4, 4]);
});

test('--wrong keeps what a label contradicts; a label that the model does not know is none', async () => {
  const all = await predicted('labelled.csv');
  expect(all.map(({ predictions }) => predictions[0]!.expected)).toEqual(['rest', 'walk', null]);
  const wrong = await predicted('labelled.csv', '--wrong');
  expect(wrong).toEqual(
    all.filter(({ predictions: [one] }) => one!.expected !== null && one!.expected !== one!.decision),
  );
  expect(wrong.length).toBeGreaterThan(0);
});

test('exported codes are what verify replays', async () => {
  const exported = await rnnq('data', 'log.csv', '--model', 'm.json', '--export', 'codes.npy');
  expect([exported.exitCode, exported.stderr]).toEqual([0, expect.stringContaining('codes_lengths.npy')]);
  expect((await rnnq('data', 'log.csv', '--model', 'm.json', '--export', 'codes.npy')).stderr).toContain(
    'output_not_writable',
  );
  const { stdout, exitCode } = await rnnq('verify', 'm.json', '--target', 'host', '--inputs', 'codes.npy', '--json');
  const { results } = JSON.parse(stdout) as { results: { steps: number; differences: number }[] };
  const plain = await rnnq('verify', 'm.json', '--target', 'host', '--json');
  const before = (JSON.parse(plain.stdout) as { results: { steps: number }[] }).results[0]!.steps;
  expect([exitCode, results[0]!.differences, results[0]!.steps - before]).toEqual([0, 0, 12]);
  place.write('wide.npy', readFileSync(place.path('codes_lengths.npy')));
  expect((await rnnq('verify', 'm.json', '-t', 'host', '--inputs', 'wide.npy')).stderr).toContain('array_shape');
});

test('predict gives the integers that verify compares every core with', () => {
  const { model, program } = compileModel(buildModel(realNetwork('gru')), { core: 'host' });
  const codes = Int8Array.from({ length: 30 }, (_, i) => ((37 * i) % 255) - 127);
  const split = { sequences: [codes], targets: [Int32Array.of(-1)] };
  const task = { name: 'classify', labels: [], everyStep: false } as const;
  const [{ predictions }] = predict(model, program, task, split, true) as [SequencePrediction];
  const steps = runSequences(program, [codes]);
  const bytes = stepBytes(program);
  const view = new DataView(steps.buffer);
  // a recorded step ends with the four outputs
  const outputs = predictions.map((_, t) =>
    [4, 3, 2, 1].map((back) => view.getInt16((t + 1) * bytes - 2 * back, true)),
  );
  expect(predictions.map((one) => one.codes)).toEqual(outputs);
});
