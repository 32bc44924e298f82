import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compile } from '../../src/compiler/compile.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { sharedPlace } from './place.js';

const place = sharedPlace();
const { rnnq } = place;
const fixture = (name: string): string => join(PACKAGE_ROOT, 'test', 'importers', 'fixtures', name);

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
  place.write('x.npy', Buffer.concat([Buffer.from(header + shape, 'latin1'), Buffer.from(values.buffer)]));
  const { exitCode, stdout } = await rnnq('import', fixture('gru.onnx'), '--data', 'x.npy', '-o', 'gru.json', '--json');
  expect(exitCode).toBe(0);
  const { fixed, quantized, sequences } = JSON.parse(stdout);
  expect(sequences).toBe(8);
  expect(quantized.decibels).toBeGreaterThan(35);
  expect(fixed.decibels).toBeGreaterThan(25);
  const rows = Array.from({ length: 48 }, (_, t) => [0, 1, 2].map((k) => Math.sin(t + k).toFixed(4)).join(','));
  place.write('rows.csv', `a,b,c\n${rows.join('\n')}\n`);
  const table = ['import', fixture('gru.onnx'), '--data', 'rows.csv', '--window', '6', '-o', 'table.json', '--json'];
  const unlabelled = await rnnq(...table);
  expect([unlabelled.exitCode, JSON.parse(unlabelled.stdout).sequences]).toEqual([0, 8]);
  const text = place.read('gru.json');
  expect(compile(text, { core: 'cortex-m0plus' }).model.training).toMatchObject({
    sourceFormat: 'ONNX, operator set 14',
  });
});

test('options of a training are refused where nothing is trained', async () => {
  place.write('few.csv', `a,b,c\n${'1,2,3\n4,5,6\n'.repeat(12)}`);
  const options = ['--normalize', 'range', '--common-scale', '--task', 'classify', '--ahead', '2'];
  const args = ['import', fixture('gru.onnx'), '--data', 'few.csv', '--window', '6', ...options, '-o', 'few.json'];
  const { exitCode, stderr } = await rnnq(...args);
  expect(exitCode).toBe(2);
  for (const option of options.filter((word) => word.startsWith('--')))
    expect(stderr).toContain(`error bad_option at ${option}: is for the training of a run folder`);
  expect(place.has('few.json')).toBe(false);
});

test('an autoencoder becomes a model that finds the windows it cannot give back', async () => {
  const lines = ['run,split,a,b,c,label'];
  for (let run = 0; run < 9; run++)
    for (let t = 0; t < 24; t++) {
      const phase = run + 0.45 * t;
      const fault = run === 8 && t >= 16;
      const values = [Math.sin(phase), fault ? 0.4 : 0.5 * Math.cos(phase), 2 + 0.5 * Math.sin(2 * phase)];
      lines.push([run, run < 5 ? 'train' : 'test', ...values, fault ? 'fault' : 'normal'].join(','));
    }
  place.write('waves.csv', `${lines.join('\n')}\n`);
  const data = ['--sequence', 'run', '--split', 'given', '--labels-at', 'every-step'];
  const imported = await rnnq('import', fixture('autoencoder.keras'), '--data', 'waves.csv', ...data, '-o', 'ae.json');
  expect(imported.stderr).toBe('');
  expect(imported.stdout).toContain('12 windows: mean squared error');
  const { stdout: evaluated } = await rnnq('eval', 'ae.json', '--data', 'waves.csv', '--json');
  expect(JSON.parse(evaluated).anomalies).toMatchObject({ steps: 96, auc: 1, recall: 1, anomalous: 8 });
  const again = ['import', fixture('autoencoder.keras'), '--data', 'waves.csv', ...data, '-o', 'again.json'];
  expect((await rnnq(...again, '--task', 'anomaly')).exitCode).toBe(0);
  expect((await rnnq(...again, '--task', 'anomaly', '--ahead', '3')).stderr).toContain('bad_option at --ahead');
  const { stdout: said, stderr: warned } = await rnnq('predict', 'ae.json', 'waves.csv');
  expect(warned).toBe('');
  expect(said).toMatch(/8 +17 +24 /);
  // no label is needed, and recordings shorter than a window are named
  const bare = lines.map((line) => line.replace(/^(\w+),\w+,(.*),\w+$/, '$1,$2'));
  place.write('bare.csv', `${bare.join('\n')}\n`);
  const unlabelled = ['import', fixture('autoencoder.keras'), '--sequence', 'run', '--split', 'all', '-o', 'bare.json'];
  expect(await rnnq(...unlabelled, '--data', 'bare.csv')).toMatchObject({ exitCode: 0, stderr: '' });
  place.write('short.csv', `${bare.join('\n')}\ns,1,1,1\n`);
  const short = await rnnq(...unlabelled, '--data', 'short.csv');
  expect(short.stderr).toMatch(/1 of 10 sequences end before .* with step 8; the shortest, "s", has 1 steps/);
  const exported = await rnnq('export', 'ae.json', '--onnx', 'ae.onnx');
  expect(exported.stderr).toContain('export_onnx');
  const started = await rnnq(
    'import',
    fixture('autoencoder.keras'),
    '--data',
    'waves.csv',
    ...data,
    '--run',
    'a.run',
    '-o',
    'b.json',
  );
  expect(started.stderr).toContain('import_warm_start');
});
