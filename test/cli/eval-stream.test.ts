import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeModel } from '../../src/compiler/1-read/write-model.js';
import { SeededRandom } from '../../src/fixed/random.js';
import { chainOf, FLAGS, soundOf, streamModel } from '../frontends/stream-models.js';
import { wavFile } from '../unit/data/wav-file.js';
import { runCommand } from './run-command.js';

let folder: string;
const noise = (seconds: number, seed: number): number[] => {
  const random = new SeededRandom(seed);
  return Array.from({ length: 8000 * seconds }, (_, n) => ((n >> 11) & 1 ? 0.3 : 0.001) * (2 * random.next() - 1));
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rnnq-eval-stream-'));
  mkdirSync(join(folder, 'kitchen'));
  writeFileSync(join(folder, 'model.json'), writeModel(streamModel(soundOf())));
  writeFileSync(join(folder, 'evening.wav'), wavFile(noise(4, 1)));
  writeFileSync(join(folder, 'evening.txt'), '0.5\t1.0\tyes\n2.0\t2.5\tno\n3.0\t3.5\trest\n');
  writeFileSync(join(folder, 'kitchen/1.wav'), wavFile(noise(3, 2)));
  mkdirSync(join(folder, 'words/no'), { recursive: true });
  mkdirSync(join(folder, 'words/yes'));
  for (let i = 0; i < 4; i++)
    writeFileSync(join(folder, `words/${i % 2 ? 'no' : 'yes'}/${i}.wav`), wavFile(noise(1, 3 + i)));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rnnq = (...args: string[]) => runCommand(args, folder);

test('the threshold that a background supports is written into the model, with the bound beside the wish', async () => {
  const data = ['--data', 'evening.wav', '--background', 'kitchen'];
  const { stdout, stderr, exitCode } = await rnnq('eval', 'model.json', '--stream', ...data, '--false-alarms', '0.5/h');
  expect(stderr).toMatch(/^model\.json: threshold \d+$/);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^evening\.wav: 1 recording with marks: 0\.1 minutes, 3 marks\n/);
  expect(stdout).toMatch(
    /0 false alarms in 0\.00 hours .*at most \d+ an hour \(95 %\)\. 0\.500 an hour takes 6\.0 hours/,
  );
  const { decision } = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
  expect(decision).toMatchObject({ kind: 'margin', smoothing: 3, refractory: 31 });
  const json = await rnnq('eval', 'model.json', '--stream', ...data, '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({ decision, figures: { marks: 3, falseAlarms: { count: 0 } } });
  writeFileSync(join(folder, 'stream.json'), json.stdout);
  const report = await rnnq('report', 'model.json', '--evaluation', 'stream.json', '--json');
  const { evaluation } = JSON.parse(report.stdout);
  expect(evaluation.parts).toMatchObject([{ label: null, figures: { threshold: decision.threshold, marks: 3 } }]);
  writeFileSync(join(folder, 'stream.json'), json.stdout.replace(/"smoothing": \d+/, '"smoothing": 7'));
  const other = await rnnq('report', 'model.json', '--evaluation', 'stream.json');
  expect([other.exitCode, other.stderr]).toEqual([1, expect.stringContaining('"smoothing":7')]);
});

test('each output of a network that detects has its own marks, which may overlap, its own table and threshold', async () => {
  const { decision: _, ...model } = streamModel(soundOf(), { decision: FLAGS });
  writeFileSync(join(folder, 'flags.json'), writeModel(model));
  mkdirSync(join(folder, 'both'));
  writeFileSync(join(folder, 'both/evening.wav'), wavFile(noise(4, 1)));
  writeFileSync(join(folder, 'both/evening.txt'), '0.5\t1.0\tyes; no\n0.7\t1.5\trest\n3.0\t3.5\tno\n');
  const data = ['--data', 'both', '--background', 'kitchen', '--false-alarms', '0.5/h', '--json'];
  const { stdout, stderr } = await rnnq('eval', 'flags.json', '--stream', ...data);
  expect(stderr).toMatch(/^flags\.json: threshold \d+, \d+, \d+$/);
  const { decision } = JSON.parse(readFileSync(join(folder, 'flags.json'), 'utf8'));
  expect(decision).toMatchObject({ kind: 'flags', smoothing: 3, refractory: [31, 31, 31] });
  const { ends, outputs } = JSON.parse(stdout);
  expect(ends.marks).toBe(4);
  expect(outputs).toMatchObject([
    { label: 'rest', figures: { marks: 1, threshold: decision.thresholds[0], falseAlarms: { count: 0 } } },
    { label: 'yes', figures: { marks: 1, threshold: decision.thresholds[1], falseAlarms: { count: 0 } } },
    { label: 'no', figures: { marks: 2, threshold: decision.thresholds[2], falseAlarms: { count: 0 } } },
  ]);
  expect(new Set(decision.thresholds).size).toBeGreaterThan(1);
  const events = await rnnq('predict', 'flags.json', '--stream', 'kitchen/1.wav');
  expect(events.stdout).toMatch(/^no event/);
});

test('recordings without marks are strung together', async () => {
  const { stdout, stderr } = await rnnq('eval', 'model.json', '--stream', '--data', 'words', '--split', 'all');
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^4 test recordings, 0\.5 s of quiet noise between them: 0\.1 minutes, 4 marks\n/);
});

test('tables of counts are streams of all their channels', async () => {
  const random = new SeededRandom(5);
  const table = (rows: number): string =>
    ['x,y', ...Array.from({ length: rows }, (_, t) => [7, 3].map((k) => random.integer(40) + ((t >> k) & 1) * 300))]
      .join('\n')
      .concat('\n');
  const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
  for (const name of ['walk', 'idle', 'moves/yes', 'moves/no']) mkdirSync(join(folder, name), { recursive: true });
  put('motion.json', writeModel(streamModel(chainOf(2, [{ kind: 'decimate', shift: 1 }]))));
  put('walk/1.csv', table(1600));
  put('walk/1.txt', '1\t1.5\tyes\n2.5\t3\tno\n');
  put('idle/1.csv', table(3600));
  for (const label of ['yes', 'no']) put(`moves/${label}/1.csv`, table(400));
  const evaluate = (...args: string[]) => rnnq('eval', 'motion.json', '--stream', ...args);
  const marked = await evaluate('--data', 'walk', '--background', 'idle', '--false-alarms', '0.5/h', '--json');
  expect(marked.stderr).toMatch(/^motion\.json: threshold \d+$/);
  const { seconds, ends, figures } = JSON.parse(marked.stdout);
  expect([seconds, ends.marks, figures.marks]).toEqual([4, 2, 2]);
  expect(figures.falseAlarms).toMatchObject({ count: 0, hours: 9 / 3600 });
  // 2 s of movements with 3 pauses of 1 s
  const strung = await evaluate('--data', 'moves', '--split', 'all', '--background', 'idle', '--pause', '1s');
  expect(strung.stdout).toMatch(/^2 test recordings, 1 s of background between them: 0\.1 minutes, 2 marks\n/);
  const close = await evaluate('--data', 'moves', '--split', 'all', '--json');
  expect(JSON.parse(close.stdout)).toMatchObject({ what: '2 test recordings, nothing between them', seconds: 2 });
  const refused = await evaluate('--data', 'moves', '--split', 'all', '--pause', '1s');
  expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('--pause: needs --background')]);
});

test.each([
  [2, '--background: has no meaning without --stream', ['--background', 'kitchen']],
  [2, '--most: does not go with --stream', ['--stream', '--most', '3']],
  [2, '--false-alarms: needs --background', ['--stream', '--false-alarms', '1/h']],
  [2, '--false-alarms: "often" is not a rate', ['--false-alarms', 'often']],
  [1, '--pause: has no meaning for recordings with marks', ['--stream', '--pause', '1s']],
])('exit code %i, %s', async (code, message, options) => {
  const { stderr, exitCode } = await rnnq('eval', 'model.json', '--data', 'evening.wav', ...options);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(code);
});
