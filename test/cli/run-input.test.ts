import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { missingTool } from '../../src/cli/commands/verify.js';
import { writeModel } from '../../src/compiler/1-read/write-model.js';
import { goldenSamples } from '../../src/interpreter/stream.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { TEST_MS } from '../boards/sample.js';
import { chainOf, soundOf, streamModel } from '../frontends/stream-models.js';
import { type WavFormat, wavFile } from '../unit/data/wav-file.js';
import { runCommand } from './run-command.js';

let folder: string;
const rnnq = (...args: string[]) => runCommand(args, folder);

const SAMPLES = Array.from(goldenSamples(2000, 300, 1), (sample) => sample / 32768);
const wav = (name: string, format: WavFormat) => writeFileSync(join(folder, name), wavFile(SAMPLES, format));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rnnq-input-'));
  const decision = { kind: 'margin', smoothing: 1, threshold: 20, refractory: 2 } as const;
  writeFileSync(join(folder, 'm.json'), writeModel(streamModel(soundOf(), { decision })));
  writeFileSync(join(folder, 'word.json'), writeModel(streamModel(soundOf())));
  wav('word.wav', { rate: 8000 });
  wav('fast.wav', { rate: 16000 });
  wav('stereo.wav', { rate: 8000, channels: 2 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('events of a WAV file are those of predict --stream; without a decision the class', {
  timeout: TEST_MS,
}, async (context) => {
  const missing = await missingTool('host');
  if (missing !== null) return context.skip(missing);
  const { exitCode, stdout } = await rnnq(
    'run',
    'm.json',
    '--board',
    'host',
    '--input',
    'word.wav',
    '-o',
    'a',
    '--json',
  );
  const report = JSON.parse(stdout);
  expect([exitCode, report.difference, report.steps]).toEqual([0, null, 15]);
  const [predicted] = JSON.parse((await rnnq('predict', 'm.json', 'word.wav', '--stream', '--json')).stdout);
  expect(report.stream.events).toEqual(predicted.events);
  expect(report.stream.events.length).toBeGreaterThan(0);
  const word = await rnnq('run', 'word.json', '--board', 'host', '--input', 'word.wav', '-o', 'b');
  expect(word.stdout).toMatch(/^host on this computer: 15 frames of 0\.3 s equal the twin, selftest 0\n(rest|yes|no)$/);
});

test('a table of counts is a recording of a model of several channels', { timeout: TEST_MS }, async (context) => {
  const missing = await missingTool('host');
  if (missing !== null) return context.skip(missing);
  const counts = goldenSamples(80, 20, 3);
  const rows = Array.from({ length: 80 }, (_, row) => counts.subarray(3 * row, 3 * row + 3).join());
  writeFileSync(join(folder, 'motion.csv'), `ax,ay,az\n${rows.join('\n')}\n`);
  const decision = { kind: 'flags', smoothing: 0, thresholds: [1, 1, 1], refractory: [5, 5, 5] } as const;
  writeFileSync(join(folder, 'motion.json'), writeModel(streamModel(chainOf(3, []), { decision })));
  const args = ['run', 'motion.json', '--board', 'host', '--input', 'motion.csv', '-o', 'motion', '--json'];
  const { stdout, stderr } = await rnnq(...args);
  expect(stderr).not.toContain('error');
  const report = JSON.parse(stdout);
  expect([report.difference, report.steps]).toEqual([null, 80]);
  const [predicted] = JSON.parse((await rnnq('predict', 'motion.json', 'motion.csv', '--stream', '--json')).stdout);
  expect(predicted).toMatchObject({ recording: 'motion.csv', seconds: 0.2 });
  expect(report.stream.events).toEqual(predicted.events);
  expect(report.stream.events.length).toBeGreaterThan(0);
});

test.for([
  [
    ['--input', 'fast.wav', '-b', 'host'],
    'error sound_rate at fast.wav: has 16000 samples a second, the model takes 8000',
  ],
  [['--input', 'stereo.wav', '-b', 'host'], 'error wav_channels at stereo.wav: has 2 channels'],
  [['--input', 'word.wav', '-b', 'teensy_4_0'], 'error board_no_input at --board: teensy_4_0 takes no samples'],
  [['--input', 'm.json', '-b', 'host'], 'error wav_not_wav at m.json'],
] as const)('run %s is refused', { timeout: TEST_MS }, async ([args, message]) => {
  const { exitCode, stderr } = await rnnq('run', 'm.json', ...args, '-o', 'refused');
  expect(stderr).toContain(message);
  expect(exitCode).toBe(1);
});

test('a network without a front end takes no recording', async () => {
  const sample = join(PACKAGE_ROOT, 'test/samples/gru_ternary_shift/model.json');
  for (const args of [
    ['build', sample, '--app', 'stream', '-b', 'host'],
    ['run', sample, '--input', 'word.wav', '-b', 'host'],
  ]) {
    const { exitCode, stderr } = await rnnq(...args, '-o', 'none');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('error front_end at /input/frontEnd')]);
  }
});
