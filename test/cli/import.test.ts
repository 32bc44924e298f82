import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile } from '../../src/compiler/compile.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';

// These tests run dist/, which `npm test` builds first.
const MAIN = join(PACKAGE_ROOT, 'dist', 'cli', 'main.js');
const fixture = (name: string): string => join(PACKAGE_ROOT, 'test', 'importers', 'fixtures', name);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rnnq-import-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rnnq = (...args: string[]) => execa(process.execPath, [MAIN, ...args], { cwd: folder, reject: false });

test('without data the command line is wrong', async () => {
  const { exitCode, stderr } = await rnnq('import', fixture('gru.keras'));
  expect(stderr).toContain('error import_needs_data at --data');
  expect(exitCode).toBe(2);
});

test('--inspect lists the layers and writes nothing', async () => {
  const { exitCode, stdout } = await rnnq('import', fixture('lstm.h5'), '--inspect');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/LSTM "lstm_1" +lstm 4 \(tanh, sigmoid gates\)/);
});

test('a model is written that compiles and is close to the file', async () => {
  const header = '\x93NUMPY\x01\x00\x46\x00';
  const shape = "{'descr': '<f4', 'fortran_order': False, 'shape': (8, 6, 3), }".padEnd(69).concat('\n');
  const values = Float32Array.from({ length: 8 * 6 * 3 }, (_, k) => Math.sin(k * k));
  writeFileSync(
    join(folder, 'x.npy'),
    Buffer.concat([Buffer.from(header + shape, 'latin1'), Buffer.from(values.buffer)]),
  );
  const { exitCode, stdout } = await rnnq('import', fixture('gru.onnx'), '--data', 'x.npy', '-o', 'gru.json', '--json');
  expect(exitCode).toBe(0);
  const { fixed, quantized, sequences } = JSON.parse(stdout);
  expect(sequences).toBe(8);
  expect(quantized.decibels).toBeGreaterThan(35);
  expect(fixed.decibels).toBeGreaterThan(25);
  const text = readFileSync(join(folder, 'gru.json'), 'utf8');
  expect(compile(text, { core: 'cortex-m0plus' }).model.training).toMatchObject({
    sourceFormat: 'ONNX, operator set 14',
  });
});
