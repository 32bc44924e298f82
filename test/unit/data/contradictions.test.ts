import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/data/dataset.js';
import { type DataOptions, loadDataset } from '../../../src/data/index.js';
import { PARTS } from '../../../src/data/recording.js';

const folder = mkdtempSync(join(tmpdir(), 'rnnq-options-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function load(lines: readonly string[], options: DataOptions = {}): Promise<Dataset> {
  const path = join(folder, `${files++}.csv`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return loadDataset(path, options);
}
const counts = (data: Dataset): number[] => PARTS.map((part) => data[part].targets.length);

/** 20 sequences of 6 steps, of two labels; `cells` gives what stands behind sequence and label. */
const rows = (cells: (k: number, t: number) => string): string[] =>
  Array.from({ length: 120 }, (_, k) => {
    const i = Math.floor(k / 6);
    return `s${i},${i % 2 ? 'walk' : 'rest'},${cells(k, k % 6)}`;
  });

describe('options that contradict each other, or the columns', () => {
  const table = ['sequence,label,x,y', ...rows((k, t) => `${k % 7},${t}`)];
  test.each<[string, DataOptions, RegExp]>([
    ['the label is dropped', { drop: 'label' }, /csv_column_twice.*"label" is needed as the label/],
    ['the sequence is a feature', { features: 'sequence' }, /csv_column_twice.*"sequence" is needed as the sequence/],
    ['the label is the sequence', { sequence: 'label' }, /csv_column_twice.*"label" is needed as the label/],
    ['nothing is left', { drop: 'x,y' }, /csv_header.*leaves no feature/],
    ['a time of rows that are sequences', { wide: 1, time: 'x' }, /--time.*does not go with --wide/],
    ['bands of no front end', { bands: 8 }, /--bands.*has no meaning without --front-end/],
    ['others of no classes', { others: 'z' }, /--others.*has no meaning without --classes/],
    ['others of the same name', { classes: '0', others: '0' }, /--others.*is one of --classes/],
  ])('%s', async (_, options, message) => {
    await expect(load(table, options)).rejects.toThrow(message);
  });

  test('a log without names: what to do with one recording; its labels do not matter beside targets', async () => {
    const log = ['label,x,y', ...Array.from({ length: 40 }, (_, k) => `${k < 20 ? 'a' : 'b'},${k % 7},${k % 5}`)];
    await expect(load(log)).rejects.toThrow(/no column "sequence"[\s\S]*--window <length>, --split time/);
    await expect(load(['sequence,x', 's,1'])).rejects.toThrow(/no column "label"[\s\S]*--task anomaly needs no label/);
    await expect(load(log, { split: 'time' })).rejects.toThrow(/csv_two_labels/);
    expect(counts(await load(log, { targets: 'y', split: 'time', labelsAt: 'every-step' }))).toEqual([1, 1, 1]);
    await expect(load(log, { targets: 'y', split: 'time' })).rejects.toThrow(/data_target_constant/);
  });

  test('another file with the same number of other columns, or in another order', async () => {
    const other = join(folder, 'other.csv');
    const own = rows((k) => `${k % 7},${k % 5}`);
    for (const names of ['y,x', 'x,z']) {
      writeFileSync(other, `sequence,label,${names}\n${own.join('\n')}\n`);
      await expect(load(['sequence,label,x,y', ...own], { test: other })).rejects.toThrow(
        new RegExp(`data_shapes_differ.*has the features ${names}, the other files x,y`),
      );
    }
  });

  test('a folder without tables', async () => {
    await expect(load(table, { features: 'x', test: mkdtempSync(join(folder, 'none-')) })).rejects.toThrow(
      /csv_empty at .*: the folder holds no \.csv/,
    );
  });

  test('a time of hours', async () => {
    const hours = ['sequence,label,time [s],x', ...rows((k, t) => `${3600 * t},${k % 7}`)];
    const data = await load(hours, { time: 'time [s]', window: '2h' });
    expect(data.train.sequences[0]).toHaveLength(2);
  });
});
