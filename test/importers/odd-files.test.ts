import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DiagnosticError } from '../../src/diagnostics.js';
import { arraysOf } from '../../src/importers/float-network.js';
import { readNetwork } from '../../src/importers/index.js';
import { packagePath } from '../kernels/run-program.js';

// Files that are legal and unusual: they give the network that they hold, or are refused.

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rnnq-odd-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fixture = (name: string): string => packagePath(`test/importers/fixtures/${name}`);
const layersOf = async (path: string, layers?: string) => {
  const { network, problems } = await readNetwork(path, { layers });
  expect(problems).toEqual([]);
  return network.layers;
};
const codesOf = async (path: string): Promise<string[]> => {
  const found = await readNetwork(path).catch((error: unknown) => error);
  if (found instanceof DiagnosticError) return found.diagnostics.map(({ code }) => code);
  return (found as Awaited<ReturnType<typeof readNetwork>>).problems.map(({ code }) => code);
};

/** A .npy file: numpy's header, and bytes. */
function npy(descr: string, shape: string, bytes: Uint8Array, fortran = 'False'): Uint8Array {
  const header = `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }`.padEnd(117).concat('\n');
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1'), Buffer.from(header, 'latin1'), bytes]);
}
const f4 = (values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
const swapped = (bytes: Uint8Array): Uint8Array => Buffer.from(bytes).swap32();

describe('numpy archives', () => {
  const weights = [1, 2, -0.5, 4];
  const plain = npy("'<f4'", '(2, 2)', f4(weights));
  const entries = (dense: Uint8Array): Record<string, Uint8Array> => ({
    'rnn.weight_ih_l0.npy': npy("'<f4'", '(2, 1)', f4([1, 2])),
    'rnn.weight_hh_l0.npy': plain,
    'fc.weight.npy': dense,
    'readme.txt': Buffer.from('no array'),
  });
  const written = (own: Record<string, Uint8Array>): string => {
    const path = join(folder, 'net.npz');
    writeFileSync(path, zipSync(own));
    return path;
  };

  test.each([
    ['float32', plain],
    // 1, 2, -0.5 and 4 in IEEE half precision
    ['float16', npy("'<f2'", '(2, 2)', new Uint8Array(Uint16Array.of(0x3c00, 0x4000, 0xb800, 0x4400).buffer))],
    ['float64', npy("'<f8'", '(2, 2)', new Uint8Array(Float64Array.from(weights).buffer))],
  ])('%s is read', async (_, dense) => {
    expect((await layersOf(written(entries(dense)))).at(-1)).toMatchObject({ weights: Float64Array.from(weights) });
  });

  test.each([
    ['Fortran order', npy("'<f4'", '(2, 2)', f4(weights), 'True'), 'npy_type'],
    ['big-endian numbers', npy("'>f4'", '(2, 2)', swapped(f4(weights))), 'npy_type'],
    ['Python objects', npy("'|O8'", '(2, 2)', new Uint8Array(32)), 'npy_type'],
    ['records', npy("[('a', '<f4')]", '(4,)', f4(weights)), 'npy_header'],
    ['no rows', npy("'<f4'", '(0, 2)', new Uint8Array(0)), 'import_value'],
    ['one number', npy("'<f4'", '()', f4([1])), 'import_value'],
    ['more elements than bytes', npy("'<f4'", '(2, 1000000000000)', f4(weights)), 'npy_damaged'],
  ])('%s are refused', async (_, dense, code) => {
    const path = written(entries(dense));
    const { problems } = await readNetwork(path, { layers: 'rnn:rnn, dense:fc' }).catch((error: unknown) => {
      if (error instanceof DiagnosticError) return { problems: error.diagnostics };
      throw error;
    });
    expect(problems.map((problem) => problem.code)).toEqual([code]);
  });

  test('an archive without arrays is refused', async () => {
    expect(await codesOf(written({ 'readme.txt': Buffer.from('no array') }))).toEqual(['import_unreadable']);
  });
});

test('weights that PyTorch stored transposed, as parts of others and in float64', async () => {
  const [odd, plain] = await Promise.all(
    ['odd.pth', 'gru.pth'].map((name) => layersOf(fixture(name), 'gru:rnn, dense:fc')),
  );
  expect(odd!.map(arraysOf)).toEqual(plain!.map(arraysOf));
});

test.each([
  ['lstm.h5', 'net.keras'],
  ['lstm.keras', 'net.h5'],
  ['lstm.windows.keras', 'net.zip'],
])('%s under the name %s is what its first bytes say', async (name, other) => {
  copyFileSync(fixture(name), join(folder, other));
  const [own, renamed] = await Promise.all([layersOf(fixture(name)), layersOf(join(folder, other))]);
  expect(renamed.map(arraysOf)).toEqual(own.map(arraysOf));
});
