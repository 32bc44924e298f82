import { expect, test } from 'vitest';
import { DIGITS, sampleModel, sharedPlace } from './place.js';

const place = sharedPlace();
const { rnnq } = place;

test('a command line without a file to write is wrong', async () => {
  const { exitCode, stderr } = await rnnq('export', DIGITS);
  expect(stderr).toContain('error export_nothing at --onnx, --npz');
  expect(exitCode).toBe(2);
  const other = await rnnq('export', DIGITS, '--npz', 'm.npz', '--int4');
  expect(other.stderr).toContain('at --int4: has no meaning without --onnx');
  expect(other.exitCode).toBe(2);
  const same = await rnnq('export', DIGITS, '--npz', 'm.npz', '--onnx', './m.npz');
  expect(same.stderr).toContain('at --npz: m.npz is the file of --onnx');
  expect(place.has('m.npz')).toBe(false);
});

test('both files are written, compared on data, and read again; replaced where they are ours', async () => {
  const args = ['export', DIGITS, '--onnx', 'd.onnx', '--npz', 'd.npz', '--data', 'digits', '--most', '20'];
  const { exitCode, stdout } = await rnnq(...args);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /d\.onnx: \d+ bytes; .* on 20 test sequences: 20 of 20 decisions equal \(100\.00 %\), largest/,
  );
  expect(stdout).toMatch(/d\.npz: \d+ bytes$/);
  const inspected = await rnnq('import', 'd.onnx', '--inspect');
  expect(inspected.exitCode).toBe(0);
  expect(inspected.stdout).toMatch(/GRU "gru0[^"]*" +gru \d+ \(tanh, sigmoid gates, reset after\)/);
  const again = await rnnq(...args, '--json');
  expect(again.exitCode).toBe(0);
  expect(JSON.parse(again.stdout).files[0].comparison).toMatchObject({ sequences: 20, rows: 20, equal: 20 });
});

test('a file of another program is not replaced, nor anything written where ONNX cannot say the model', async () => {
  place.write('other.onnx', 'mine');
  const { exitCode, stderr } = await rnnq('export', DIGITS, '--onnx', 'other.onnx');
  expect(stderr).toContain('error files_in_the_way');
  expect(exitCode).toBe(1);
  expect(place.read('other.onnx')).toBe('mine');
  expect((await rnnq('export', DIGITS, '--onnx', 'other.onnx', '--force')).exitCode).toBe(0);
  const refused = await rnnq('export', sampleModel('gru_anomaly'), '--onnx', 'a.onnx', '--npz', 'a.npz');
  expect(refused.stderr).toContain('error export_onnx at /anomaly');
  expect(refused.exitCode).toBe(1);
  expect(place.has('a.npz')).toBe(false);
});
