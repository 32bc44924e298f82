import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/data/dataset.js';
import { loadDataset } from '../../../src/data/index.js';
import { PARTS } from '../../../src/data/recording.js';
import { PACKAGE_ROOT } from '../../../src/package-root.js';

const folder = mkdtempSync(join(tmpdir(), 'rnnq-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}
const counts = (data: Dataset): number[] => PARTS.map((part) => data[part].targets.length);
const all = (data: Dataset) =>
  PARTS.flatMap((part) => data[part].sequences.map((s, i) => [s, data[part].targets[i]!] as const));

test('the worked example of docs/data/csv.md', async () => {
  const doc = readFileSync(join(PACKAGE_ROOT, 'docs/data/csv.md'), 'utf8');
  const example = /```csv\n([\s\S]*?)\n```/.exec(doc)![1]!.split('\n');
  const path = write('example.csv', example);
  const given = await loadDataset(path);
  expect([given.task.labels, counts(given)]).toEqual([
    ['rest', 'walk'],
    [2, 1, 1],
  ]);
  expect(given.warnings).toEqual([
    'the validation part has no target of the class: "rest"',
    'the test part has no target of the class: "walk"',
  ]);
  const unsplit = example.map((row) => row.replace(/^(\S*?,\S*?),[a-z]+/, '$1'));
  await expect(loadDataset(write('unsplit.csv', unsplit))).rejects.toThrow(/data_small_class.*"rest" has 2/);
  const data = await loadDataset(path, {
    split: 'all',
    like: { input: { size: 3, fraction: 7, offset: [0], scale: [0.5] }, labels: ['rest', 'walk'] },
  });
  expect(data.test.sequences.map((s) => s.length / 3)).toEqual([2, 3, 3, 2]);
  expect(data.test.targets.map((t) => t[0])).toEqual([1, 0, 1, 0]);
  // 0.02, -0.10 and 0.98 x 64
  expect(Array.from(data.test.sequences[0]!.slice(0, 3))).toEqual([1, -6, 63]);
});

describe('columns', () => {
  test('group and split, in any order; lengths differ', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => {
      const part = i < 20 ? 'train' : i < 26 ? 'val' : 'TEST';
      return Array.from(
        { length: 1 + (i % 3) },
        (_, t) => `${i},${part},${t},${i % 2 ? 'ann' : 'bob'},${i % 4 < 2 ? 'up' : 'down'},s${i}`,
      );
    });
    const path = write('columns.csv', ['x,split,y,Group,label,sequence', ...rows.flat()]);
    const given = await loadDataset(path, { normalize: 'scale=1/64,1/4' });
    expect(counts(given)).toEqual([20, 6, 4]);
    expect(Array.from(given.train.sequences[2]!)).toEqual([4, 0, 4, 32, 4, 64]);
    expect(given.input).toMatchObject({ size: 2, offset: [0], scale: [1 / 64, 1 / 4] });
    expect(counts(await loadDataset(path, { split: 'group=ann' }))).toEqual([13, 2, 15]);
    expect(counts(await loadDataset(path, { split: 'test=^s2' }))[2]).toBe(11);
    const short = await loadDataset(path, { maxSteps: 2 });
    expect(Math.max(...all(short).map(([s]) => s.length))).toBe(4);
  });

  test('semicolons and tabs', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => [`s${i}`, i % 2 ? 'a,b' : '"c"', String(i), '1']);
    const text = (separator: string) => [['sequence', 'label', 'x', 'y'], ...rows].map((row) => row.join(separator));
    for (const separator of [';', '\t']) {
      const data = await loadDataset(write('other.csv', text(separator)));
      expect([data.task.labels, data.input.size]).toEqual([['a,b', 'c'], 2]);
    }
  });

  test('a label for each row; empty where none is wanted', async () => {
    const rows = Array.from({ length: 10 }, (_, i) => [`s${i},,1`, `s${i},up,2`, `s${i},${i % 2 ? 'up' : 'down'},3`]);
    const path = write('steps.csv', ['sequence,label,x', ...rows.flat()]);
    const data = await loadDataset(path, { labelsAt: 'every-step' });
    expect([data.task.everyStep, data.task.labels, counts(data)]).toEqual([true, ['down', 'up'], [8, 1, 1]]);
    expect(new Set(all(data).map(([, t]) => t.join()))).toEqual(new Set(['-1,1,0', '-1,1,1']));
    await expect(loadDataset(path)).rejects.toThrow(/csv_bad_text.*\n.*csv_bad_text|csv_two_labels/);
  });
});

describe('a folder', () => {
  const steps = (i: number): string[] => ['x,y', ...Array.from({ length: 2 + (i % 2) }, (_, t) => `${i},${t}`)];

  test('one sequence a file, labels from folders', async () => {
    for (let i = 0; i < 20; i++) write(`plain/${i % 2 ? 'tap' : 'circle'}/ann ${i}.csv`, steps(i));
    write('plain/README.txt', ['about']);
    const data = await loadDataset(join(folder, 'plain'), { normalize: 'none' });
    expect([data.name, data.task.labels, counts(data)]).toEqual(['plain_csv', ['circle', 'tap'], [16, 2, 2]]);
    for (const [sequence, target] of all(data)) expect(sequence.length).toBe(target[0] === 1 ? 6 : 4);
  });

  test('parts from folders, labels and groups from patterns', async () => {
    for (let i = 0; i < 40; i++)
      write(
        `parts/${i < 30 ? 'training' : i < 34 ? 'dev' : 'Test'}/${i % 2 ? 'tap' : 'circle'}_${i % 3}_${i}.csv`,
        steps(i),
      );
    const names = { labelPattern: '^([a-z]+)_', groupPattern: '_([0-9])_' };
    const data = await loadDataset(join(folder, 'parts'), names);
    expect([data.task.labels, counts(data)]).toEqual([
      ['circle', 'tap'],
      [30, 4, 6],
    ]);
    expect(counts(await loadDataset(join(folder, 'parts'), { ...names, split: 'group=1' }))[2]).toBe(13);
  });

  test('names of files go before columns where a model remembers them; in a training that is refused', async () => {
    for (let i = 0; i < 20; i++) {
      const name = `${i % 2 ? 'tap' : 'circle'}_${i % 3}.${i}.csv`;
      write(`named/${name}`, steps(i));
      write(
        `both/${name}`,
        steps(i).map((row, k) => (k === 0 ? `${row},label,group` : `${row},walk,ann`)),
      );
    }
    const names = { labelPattern: '^([a-z]+)_', groupPattern: '_([0-9])' };
    const { input, task } = await loadDataset(join(folder, 'named'), names);
    for (const option of ['label', 'group'] as const) {
      const refused = new RegExp(
        `csv_column_and_pattern .*"${option}" says the ${option}, and so does --${option}-pattern`,
      );
      await expect(
        loadDataset(join(folder, 'both'), { [`${option}Pattern`]: names[`${option}Pattern`] }),
      ).rejects.toThrow(refused);
    }
    const dropped = await loadDataset(join(folder, 'both'), { ...names, drop: 'label,group' });
    expect(dropped.task.labels).toEqual(['circle', 'tap']);
    const measured = await loadDataset(join(folder, 'both'), { like: { input, labels: task.labels } });
    expect(
      measured.test.names!.map((name) => task.labels[measured.test.targets[measured.test.names!.indexOf(name)]![0]!]),
    ).toEqual(measured.test.names!.map((name) => name.split('_')[0]));
  });

  test('a label that no model may have', async () => {
    write(`long/${'a'.repeat(201)}/1.csv`, steps(1));
    await expect(loadDataset(join(folder, 'long'))).rejects.toThrow(/data_long_label.*201 characters, 200/);
  });

  test('other folders as parts', async () => {
    for (let i = 0; i < 24; i++) write(`${i < 20 ? 'here' : 'there'}/${i % 2 ? 'tap' : 'circle'}/${i}.csv`, steps(i));
    const data = await loadDataset(join(folder, 'here'), { test: join(folder, 'there') });
    expect(counts(data)).toEqual([18, 2, 4]);
    const wide = write('wide.csv', ['sequence,label,x', 'a,tap,1']);
    // the kind may stand in front of it
    for (const more of [wide, `csv:${wide}`])
      await expect(loadDataset(join(folder, 'here'), { test: more })).rejects.toThrow(/data_shapes_differ/);
  });
});

test('what a model measures: its scaling and labels, or a diagnostic', async () => {
  const rows = (labels: readonly string[]) => labels.map((label, i) => `s${i},${label},${i}`);
  const like = { input: { size: 1, fraction: 7, offset: [1], scale: [0.25] }, labels: ['c', 'a', 'b'] };
  const path = write('m.csv', ['sequence,label,x', ...rows(['a', 'c'])]);
  const data = await loadDataset(path, { split: 'all', like });
  expect([data.task.labels, data.test.targets.map((t) => t[0]), data.test.sequences.map((s) => s[0])]).toEqual([
    ['c', 'a', 'b'],
    [1, 0],
    [-32, 0],
  ]);
  const other = write('n.csv', ['sequence,label,x', ...rows(['a', 'd'])]);
  await expect(loadDataset(other, { split: 'all', like })).rejects.toThrow(/data_unknown_label at .*n\.csv:3.*"d"/);
  await expect(loadDataset(path, { split: 'all' })).rejects.toThrow(/data_too_few|data_empty_part.*train/);
  const wide = { ...like, input: { ...like.input, size: 2 } };
  await expect(loadDataset(path, { split: 'all', like: wide })).rejects.toThrow(/data_does_not_fit.*1 inputs/);
});
