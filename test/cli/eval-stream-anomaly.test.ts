import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeModel } from '../../src/compiler/1-read/write-model.js';
import { SeededRandom } from '../../src/fixed/random.js';
import { soundOf, streamModel } from '../frontends/stream-models.js';
import { wavFile } from '../unit/data/wav-file.js';
import { runCommand } from './run-command.js';

// A random network behind the front end of sound: quiet noise is normal, loud noise is not.
let folder: string;
const noise = (seconds: number, seed: number, loud: readonly [number, number] = [0, 0]): Buffer => {
  const random = new SeededRandom(seed);
  const isLoud = (n: number): boolean => n >= 8000 * loud[0] && n < 8000 * loud[1];
  return wavFile(Array.from({ length: 8000 * seconds }, (_, n) => (isLoud(n) ? 0.5 : 0.001) * (2 * random.next() - 1)));
};

const MODEL = streamModel(soundOf(), { decision: { kind: 'score', refractory: 31 } });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rnnq-eval-anomaly-'));
  for (const name of ['normal', 'labelled/normal', 'labelled/leak']) mkdirSync(join(folder, name), { recursive: true });
  const { decision: _, ...undecided } = MODEL;
  writeFileSync(join(folder, 'model.json'), writeModel(undecided));
  writeFileSync(join(folder, 'pump.wav'), noise(6, 1, [2, 4]));
  writeFileSync(join(folder, 'pump.csv'), 'begin,end,label\n0,1,ok\n2,4,leak\n');
  writeFileSync(join(folder, 'normal/1.wav'), noise(4, 2));
  writeFileSync(join(folder, 'labelled/normal/1.wav'), noise(1, 3));
  writeFileSync(join(folder, 'labelled/leak/2.wav'), noise(1, 4, [0, 1]));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rnnq = (...args: string[]) => runCommand(args, folder);

test('normal recordings alone give the threshold, which is written to the rule of anomalies', async () => {
  const wish = ['--background', 'normal', '--false-alarms', '1/day', '--refractory', '2s', '-o', 'chosen.json'];
  const { stdout, stderr, exitCode } = await rnnq('eval', 'model.json', '--stream', ...wish);
  expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/^chosen\.json: threshold [\d.e-]+$/)]);
  expect(stdout).toMatch(/^1 recording of background: 0\.0 minutes, 0 marks\n/);
  expect(stdout).toMatch(/0 false alarms in 0\.00 hours .* takes 71\.9 hours without one/);
  const { decision, anomaly } = JSON.parse(readFileSync(join(folder, 'chosen.json'), 'utf8'));
  expect(decision).toEqual({ kind: 'score', refractory: 125 });
  expect(anomaly).toMatchObject({ ahead: 3, smoothing: 2 });
  expect(anomaly.threshold).not.toBe(MODEL.anomaly!.threshold);
  const quiet = await rnnq('predict', 'chosen.json', '--stream', 'normal/1.wav');
  expect(quiet.stdout).toMatch(/^no event/);

  const marked = await rnnq('eval', 'chosen.json', '--stream', '--data', 'pump.wav', '--normal', 'ok', '--json');
  const evaluation = JSON.parse(marked.stdout);
  expect(evaluation).toMatchObject({ marks: 1, ends: null, decision, anomaly });
  expect(evaluation.figures).toMatchObject({ threshold: anomaly.threshold, marks: 1, hits: 1, between: 0 });
  expect(evaluation.figures.latency.median).toBeGreaterThan(0);
  expect(evaluation.figures.latency.median).toBeLessThan(0.5);

  writeFileSync(join(folder, 'stream.json'), marked.stdout);
  const report = await rnnq('report', 'chosen.json', '--evaluation', 'stream.json', '--json');
  expect(JSON.parse(report.stdout).evaluation.parts).toMatchObject([{ label: null, figures: { hits: 1 } }]);
  const other = await rnnq('report', 'model.json', '--evaluation', 'stream.json');
  expect([other.exitCode, other.stderr]).toEqual([1, expect.stringContaining('its anomaly is {"ahead":3')]);
});

test('labelled recordings are streams by themselves; the threshold of the model needs no decision', async () => {
  const data = ['--data', 'labelled', '--split', 'all', '--background', 'normal'];
  const { stdout, stderr } = await rnnq('eval', 'model.json', '--stream', ...data, '--smoothing', '4', '--json');
  expect(stderr).toBe('');
  const { what, marks, figures, anomaly, alarms } = JSON.parse(stdout);
  expect([what, marks]).toEqual(['2 test recordings', 1]);
  expect(anomaly).toEqual({ ...MODEL.anomaly, smoothing: 4 });
  expect(figures.threshold).toBe(anomaly.threshold);
  expect(figures.falseAlarms.count).toBe(alarms.length);
  for (const { label, score } of alarms) {
    expect(label).toBe('anomaly');
    expect(score).toBeGreaterThanOrEqual(anomaly.threshold);
  }
});

test.each([
  [2, '--smoothing: 11 is more than 10', ['--background', 'normal', '--smoothing', '11']],
  [2, '--data: or --background is needed', []],
  [1, '--pause: has no meaning for recordings', ['--data', 'labelled', '--split', 'all', '--pause', '1s']],
  [1, 'pump.wav: has "ok" at 0 s', ['--background', 'pump.wav']],
])('exit code %i, %s', async (code, message, options) => {
  const { stderr, exitCode } = await rnnq('eval', 'model.json', '--stream', ...options);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(code);
});
