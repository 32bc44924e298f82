import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Dataset } from '../../../src/data/dataset.js';
import { loadDataset } from '../../../src/data/index.js';

const folder = mkdtempSync(join(tmpdir(), 'rnnq-truth-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** 40 sequences of six rows: a number, a flag to be detected, and a flag that is an input. */
async function load(yes: string, no: string): Promise<Dataset> {
  const rows = Array.from({ length: 240 }, (_, k) =>
    [Math.floor(k / 6), Math.sin(k).toFixed(3), k % 4 < 2 ? yes : no, k % 3 ? yes : no].join(','),
  );
  const path = join(folder, 'table.csv');
  writeFileSync(path, `sequence,x,open,moving\n${rows.join('\n')}\n`);
  return loadDataset(path, { targets: 'open', labelsAt: 'every-step' });
}

const numbers = await load('1', '0');
const core = ({ warnings, input: { reading, ...input }, ...rest }: Dataset) => ({ ...rest, input });

test.each([
  ['True', 'False'],
  ['TRUE', 'FALSE'],
  [' true', 'false '],
])('%s and %s are 1 and 0, of inputs and of what is detected', async (yes, no) => {
  const truth = await load(yes, no);
  expect(truth.task.name).toBe('detect');
  expect(core(truth)).toEqual(core(numbers));
  expect(truth.warnings?.join('\n')).toMatch(/table\.csv:2: True is read as 1 and False as 0/);
});

test('other words for them are not', async () => {
  await expect(load('yes', 'no')).rejects.toThrow(/csv_bad_number.*"yes".*\n.*write 1 and 0, or leave the column out/);
});
