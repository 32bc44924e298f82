import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { readModel } from '../../../src/compiler/1-read/read-model.js';
import { writeModel } from '../../../src/compiler/1-read/write-model.js';
import { type DataOptions, loadDataset } from '../../../src/data/index.js';
import { FrontEndTwin } from '../../../src/frontends/chain.js';
import { readInputFile } from '../../../src/read-file.js';
import { untrainedNetwork } from '../../../src/train/description.js';
import { METHODS, type MethodName } from '../../../src/train/methods/index.js';
import { checkTrainOptions } from '../../../src/train/options.js';
import { trainedModel } from '../../../src/train/trained-model.js';
import { symbols } from '../train/symbols.js';
import { wavFile } from './wav-file.js';

const folder = mkdtempSync(join(tmpdir(), 'rnnq-early-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

/** 12 recordings of each label; the last one of all has another rate. */
function recordings(name: string, labels: readonly string[], lastRate = 16000): string {
  for (const [l, label] of labels.entries()) {
    mkdirSync(join(folder, name, label), { recursive: true });
    for (let i = 0; i < 12; i++) {
      const rate = l === labels.length - 1 && i === 11 ? lastRate : 16000;
      writeFileSync(join(folder, name, label, `${i + 10}.wav`), wavFile(new Array(800).fill(0.1 * l), { rate }));
    }
  }
  return join(folder, name);
}

test.each<[string, string, readonly string[], number, DataOptions]>([
  ['sound_rate', 'another rate in the last file', ['a', 'b'], 8000, {}],
  ['data_too_few_classes', 'one label', ['a'], 16000, {}],
  ['data_small_class', 'too many folds', ['a', 'b'], 16000, { split: 'fold=1/20' }],
  ['data_unknown_group', 'a group that is not there', ['a', 'b'], 16000, { split: 'group=x', groupPattern: '(\\d)' }],
  ['data_class_not_trained', 'a class only in the test part', ['a', 'b'], 16000, { split: 'test=^b' }],
])('%s: %s is refused before any spectrum is computed', async (code, name, labels, rate, options) => {
  const compute = vi.spyOn(FrontEndTwin.prototype, 'run');
  await expect(loadDataset(recordings(name, labels, rate), options)).rejects.toThrow(`error ${code}`);
  expect(compute).not.toHaveBeenCalled();
});

test('recordings of sound are predicted, too: their length is not asked for before it is known', async () => {
  const { task, train } = await loadDataset(recordings('normal', ['a', 'b']), { task: 'anomaly', normal: 'a' });
  expect(task.name).toBe('anomaly');
  expect(train.sequences[0]!.length).toBeGreaterThan(0);
});

test('what no model may have is found by the model of an untrained network', () => {
  const check = (data: ReturnType<typeof symbols>, options = {}) =>
    readModel(writeModel(trainedModel(untrainedNetwork(data, checkTrainOptions({ units: [40], ...options })))));
  const data = symbols();
  for (const method of Object.keys(METHODS) as MethodName[])
    for (const cell of ['rnn', 'gru', 'lstm'] as const)
      expect(check(data, { cell, weights: { input: method, recurrent: method } }).name).toBe('symbols');
  expect(() => check({ ...data, name: 'arm_acle' })).toThrow(/bad_name/);
  expect(() =>
    check({ ...data, task: { ...data.task, labels: ['x'.repeat(300), ...data.task.labels.slice(1)] } }),
  ).toThrow(/model_schema at \/labels/);
  expect(() => check({ ...data, input: { ...data.input, scale: [1e300] } })).toThrow(/model_schema at \/input\/scale/);
});

test('only regular files are opened, and not beyond the limit', async () => {
  const path = (name: string) => join(folder, name);
  await execa('mkfifo', [path('pipe')]);
  symlinkSync('loop', path('loop'));
  symlinkSync('pipe', path('link'));
  writeFileSync(path('file'), '12345');
  for (const [name, reason] of [
    [path('pipe'), /it is a pipe, not a file/],
    [path('link'), /it is a pipe, not a file/],
    [path('loop'), /too many symbolic links/],
    [folder, /it is a folder, not a file/],
    ['/dev/zero', /it is a device, not a file/],
    [path('file/x'), /a part of the path is not a folder/],
    [path('none'), /no such file/],
    ['a\0b', /a character that no path may have/],
  ] as const)
    expect(() => readInputFile(name, 100), name).toThrow(reason);
  expect(readInputFile(path('file'), 5).toString()).toBe('12345');
  expect(() => readInputFile(path('file'), 4)).toThrow(/file_too_large.*5 bytes, the limit is 4/);
  // files of the kernel say that they have no bytes
  expect(readInputFile('/proc/self/status', 1 << 20).length).toBeGreaterThan(0);
});
