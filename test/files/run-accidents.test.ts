import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MAIN, Place } from '../cli/place.js';

// Accidents 29 to 38: what can happen to a model file and a run folder.
let place: Place;
beforeEach(() => {
  place = new Place();
});
afterEach(() => place.remove());

const OPTIONS = ['--data', 'gestures', '--units', '4', '--batch', '64', '--steps', '6', '--evaluate-every', '3'];
const train = (...args: string[]) => place.rnnq('train', ...OPTIONS, '-o', 'm.json', ...args);
const refused = (result: { exitCode?: number | undefined; stderr: string }, code: string) =>
  expect([result.exitCode, result.stderr]).toEqual([1, expect.stringContaining(`error ${code} at`)]);

test('29: a model file of others is refused before the data are read', async () => {
  place.write('m.json', 'mine');
  refused(await place.rnnq('train', '--data', 'nowhere', '-o', 'm.json'), 'output_exists');
  expect(place.tree()).toEqual({ 'm.json': 'mine' });
});

test('29: nor is a file of the data replaced, by whatever name, nor one that the run folder needs', async () => {
  const rows = Array.from({ length: 60 }, (_, i) => `${i},${i % 2 ? 'a' : 'b'},${i % 7}\n`).join('');
  place.write('data.csv', `sequence,label,x\n${rows}`);
  linkSync(place.path('data.csv'), place.path('other.csv'));
  const begin = (data: string, ...args: string[]) =>
    place.rnnq('train', '--data', data, '--units', '2', '--steps', '2', '--force', ...args);
  const before = place.tree();
  refused(await begin('csv:data.csv', '-o', 'data.csv', '--run', 'r'), 'output_blocked');
  refused(await begin('csv:data.csv', '-o', 'other.csv', '--run', 'r'), 'output_blocked');
  for (const file of ['r', 'r/config.json', 'r/.rnnq/run.json'])
    refused(await begin('data.csv', '-o', file, '--run', 'r'), 'output_blocked');
  expect(place.tree()).toEqual(before);
  place.write('r/config.json', '{ "data": "data.csv", "units": [2] }');
  refused(await place.rnnq('train', '--config', 'r/config.json', '--run', 'r', '--force'), 'output_blocked');
  expect(place.read('r/config.json')).toContain('"data.csv"');
});

test('29: what an earlier command of the process has read, the next one may replace', async () => {
  const rows = Array.from({ length: 60 }, (_, i) => `${i},${i % 2 ? 'a' : 'b'},${i % 7}\n`).join('');
  place.write('data.csv', `sequence,label,x\n${rows}`);
  const read = await place.rnnq('train', '--data', 'data.csv', '--units', '2', '--steps', '2', '-o', 'first.json');
  expect([read.exitCode, read.stderr]).toEqual([0, expect.any(String)]);
  renameSync(place.path('data.csv'), place.path('m.json'));
  refused(await train(), 'output_exists');
  expect((await train('--force')).exitCode).toBe(0);
});

test('29: foreign files of all names of a run are refused at its start, pipes too', async () => {
  mkdirSync(place.path('r'));
  const begin = (...args: string[]) => train('--run', 'r', ...args);
  for (const name of ['metrics.jsonl', 'curves.svg', 'checkpoint.json', 'model.sha256']) {
    place.write(`r/${name}`, 'mine');
    const { exitCode, stderr } = await begin('--restart');
    expect([name, exitCode, stderr]).toEqual([name, 1, expect.stringContaining(`the way: ${name} (not written by`)]);
    expect(place.read(`r/${name}`)).toBe('mine');
    rmSync(place.path('r', name));
  }
  spawnSync('mkfifo', [place.path('r/curves.svg')]);
  refused(await begin(), 'files_in_the_way');
  expect(place.tree('r')).toEqual({ 'curves.svg': 'special' });
  const forced = await begin('--force');
  expect([forced.exitCode, forced.stderr]).toEqual([0, expect.stringContaining('replaces curves.svg')]);
});

test('30-33: the same again; other options; a changed model; --force', async () => {
  expect((await train()).exitCode).toBe(0);
  const model = place.read('m.json');
  const again = await train();
  expect([again.exitCode, again.stderr]).toEqual([
    0,
    expect.stringMatching(/m\.json: exists, will be replaced; it is as/),
  ]);
  expect(again.stderr).toContain('m.run: holds the same training, finished');
  expect(place.read('m.json')).toBe(model);
  const before = place.tree();
  refused(await train('--units', '5'), 'run_finished');
  refused(await train('--seed', '2'), 'run_finished');
  expect(place.tree()).toEqual(before);
  place.write('m.json', `${model}\n`);
  refused(await train(), 'output_exists');
  refused(await train('--resume'), 'output_exists');
  const forced = await train('--force', '--units', '5');
  expect([forced.exitCode, forced.stderr]).toEqual([0, expect.stringContaining('m.json: exists, will be replaced')]);
  expect(place.read('m.json')).not.toContain(model);
});

test('34: files of others in the run folder stay; in the way they stop it, with --restart too', async () => {
  place.write('m.run/config.json', '{"mine": true}');
  place.write('m.run/notes.md', 'mine');
  refused(await train('--restart'), 'files_in_the_way');
  expect(place.tree()).toEqual({ 'm.run': '/', 'm.run/config.json': '{"mine": true}', 'm.run/notes.md': 'mine' });
  expect((await train('--force')).stderr).toContain('m.run: replaces config.json, changed or not written by rnnq');
  expect((await train('--restart')).exitCode).toBe(0);
  expect(place.read('m.run/notes.md')).toBe('mine');
});

test('35: a second training of a folder is refused; a killed one leaves nothing that stops the next', async () => {
  const args = ['train', ...OPTIONS, '--steps', '100000', '--checkpoint-seconds', '0.05', '-o', 'm.json'];
  const first = spawn(process.execPath, [MAIN, ...args], { cwd: place.folder, stdio: 'ignore' });
  const ended = once(first, 'exit');
  while (!existsSync(place.path('m.run/checkpoint.json'))) await new Promise((resolve) => setTimeout(resolve, 50));
  refused(await train('--restart'), 'folder_in_use');
  first.kill('SIGKILL');
  await ended;
  refused(await train(), 'run_unfinished');
  expect((await train('--restart')).exitCode).toBe(0);
  expect(readdirSync(place.path('m.run')).sort()).toEqual(
    ['.rnnq', 'checkpoint.json', 'config.json', 'curves.svg', 'metrics.jsonl', 'model.sha256'].sort(),
  );
  expect(readdirSync(place.path('m.run/.rnnq'))).toEqual(['run.json']);
});

test('36, 37: a link as model file is followed; folders, links to nowhere and devices are refused', async () => {
  mkdirSync(place.path('models'));
  symlinkSync('nowhere.json', place.path('lost.json'));
  for (const output of ['models', 'lost.json', '/dev/null', '/proc/m.json', ''])
    refused(await place.rnnq('train', ...OPTIONS, '-o', output, '--run', 'r'), 'output_not_writable');
  place.write('models/real.json', 'old');
  symlinkSync('models/real.json', place.path('m.json'));
  const forced = await train('--force');
  expect([forced.exitCode, forced.stderr]).toEqual([0, expect.any(String)]);
  expect(place.tree()['m.json']).toBe('-> models/real.json');
  expect(place.read('models/real.json')).toContain('"format"');
});

test('38: a model that cannot be written after the training is written by --resume', async ({ skip }) => {
  if (process.getuid?.() === 0) skip('root may write everywhere');
  mkdirSync(place.path('models'));
  chmodSync(place.path('models'), 0o500);
  refused(await place.rnnq('train', ...OPTIONS, '-o', 'models/m.json', '--run', 'r'), 'output_not_writable');
  chmodSync(place.path('models'), 0o700);
});
