import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadDataset } from '../../src/data/index.js';
import { DiagnosticError, throwIfAny } from '../../src/diagnostics.js';
import { importModel } from '../../src/import-model.js';
import { readNetwork } from '../../src/importers/index.js';
import { readRecordedInput } from '../../src/importers/recorded-input.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { warmStart } from '../../src/warm-start.js';
import { type MadeFile, makeFile } from '../importers/make-file.js';

// Folders with an import.json hold models of other tools that rnnq refuses: how the file is made (test/importers/make-file.ts),
// the options of reading it, and the data (a file of the folder) that it is imported with.
const HERE = join(PACKAGE_ROOT, 'test/errors');
const folders = readdirSync(HERE).filter((name) => existsSync(join(HERE, name, 'import.json')));

interface Case extends MadeFile {
  readonly layers?: string;
  readonly data?: string;
  /** The network is wanted as a start of training. */
  readonly warmStart?: boolean;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rnnq-import-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Reads and imports a file that must be refused. */
async function attempt(code: string, { name, layers, data, warmStart: warm, ...rest }: Case): Promise<void> {
  const path = join(folder, name);
  writeFileSync(path, makeFile({ name, ...rest }));
  const imported = await readNetwork(path, { layers });
  throwIfAny(imported.problems);
  if (warm) warmStart(path, imported, await loadDataset(join(HERE, code, data!), { split: 'given' }));
  const recorded =
    data === undefined ? ([-1, 1] as const) : await readRecordedInput(join(HERE, code, data), {}, imported.network);
  const weights = { input: 's8', recurrent: 's8', dense: 's8' } as const;
  importModel(imported, { path, name: 'model', data: recorded, weights, rowScale: 'multiplier' });
}

test.each(folders)('%s is said as expected, and nothing else is', async (code) => {
  const expected = join(HERE, code, 'expected.txt');
  const described = JSON.parse(readFileSync(join(HERE, code, 'import.json'), 'utf8')) as Case;
  const error = await attempt(code, described).then(
    () => new Error('was accepted'),
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(DiagnosticError);
  const { message, diagnostics } = error as DiagnosticError;
  expect([...new Set(diagnostics.map((d) => d.code))]).toEqual([code]);
  const said = message.replaceAll(`${folder}/`, '').replaceAll(`${join(HERE, code)}/`, '');
  expect(`${said}\n`).toBe(readFileSync(expected, 'utf8'));
});
