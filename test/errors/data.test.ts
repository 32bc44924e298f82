import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type DataOptions, loadDataset } from '../../src/data/index.js';
import { DiagnosticError } from '../../src/diagnostics.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';

// Folders with a data.json hold bad data: `spec` and `options` of loadDataset, in which @ stands for the folder `data`.
const HERE = join(PACKAGE_ROOT, 'test/errors');
const folders = readdirSync(HERE).filter((name) => existsSync(join(HERE, name, 'data.json')));

interface Case {
  readonly spec: string;
  readonly options?: DataOptions;
}

test.each(folders)('%s is said as expected, and nothing else is', async (code) => {
  const folder = join(HERE, code);
  const data = join(folder, 'data');
  const text = readFileSync(join(folder, 'data.json'), 'utf8').replaceAll('@', data.replaceAll('\\', '/'));
  const { spec, options } = JSON.parse(text) as Case;
  const error = await loadDataset(spec, options).then(
    () => new Error('was accepted'),
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(DiagnosticError);
  const { message, diagnostics } = error as DiagnosticError;
  expect([...new Set(diagnostics.map((d) => d.code))]).toEqual([code]);
  expect(`${message.replaceAll(`${data}/`, '').replaceAll(data, '.')}\n`).toBe(
    readFileSync(join(folder, 'expected.txt'), 'utf8'),
  );
});
