import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { namesTime, secondsOfStamp, unitOfColumn } from '../../../src/data/csv/time.js';
import type { Dataset } from '../../../src/data/dataset.js';
import { type DataOptions, loadDataset } from '../../../src/data/index.js';
import { PARTS } from '../../../src/data/recording.js';

const folder = mkdtempSync(join(tmpdir(), 'rnnq-columns-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function write(lines: readonly string[], name = 'log.csv'): string {
  const path = join(folder, String(files++), name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}
const load = (lines: readonly string[], options: DataOptions = {}): Promise<Dataset> =>
  loadDataset(write(lines), options);
const counts = (data: Dataset): number[] => PARTS.map((part) => data[part].targets.length);
const said = ({ warnings = [] }: Dataset): string => warnings.map((line) => line.replaceAll(folder, '')).join('\n');

const trained = ({ input, task }: Dataset) => ({ input, labels: task.labels });

/** 20 sequences of 6 steps, of two labels; `cells` gives what stands behind sequence and label. */
const rows = (cells: (k: number, t: number) => string, steps = 6): string[] =>
  Array.from({ length: 20 * steps }, (_, k) => {
    const i = Math.floor(k / steps);
    return `s${i},${i % 2 ? 'walk' : 'rest'},${cells(k, k % steps)}`;
  });
const wave = (k: number): string => Math.sin(k).toFixed(3);

test.each([
  ['last', 1],
  ['every-step', 6],
] as const)('a table with targets needs no labels: %s', async (labelsAt, rowsOfTargets) => {
  const table = ['sequence,x,soc [%]', ...rows((k) => `${k % 7}`).map((row) => row.replace(/,\w+,/, `,${wave(3)},`))];
  const data = await load(table, { targets: 'soc', labelsAt });
  expect(data.task).toMatchObject({ name: 'regress', labels: ['soc'], everyStep: labelsAt === 'every-step' });
  expect(data.train.targets[0]).toHaveLength(rowsOfTargets);
});

describe('columns by name', () => {
  const HEADER = 'sequence,label,time [ms],ax [m/s2],ay (m/s2),note';
  const table = [HEADER, ...rows((k) => `${20 * k},${wave(k)},${wave(k + 1)},ok`)];

  test('features in the order that is asked for; names and units are kept', async () => {
    const data = await load(table, { features: 'ay,ax [m/s2]' });
    expect(data.input.channels).toEqual([
      { name: 'ay', unit: 'm/s2' },
      { name: 'ax', unit: 'm/s2' },
    ]);
    const same = await load(table, { drop: 'time,note', normalize: 'none' });
    const turned = await load(table, { features: ['ay', 'ax'], normalize: 'none' });
    const [x, y] = same.train.sequences[0]!;
    expect(Array.from(turned.train.sequences[0]!.slice(0, 2))).toEqual([y, x]);
  });

  test('a time gives the rate and is no input', async () => {
    const data = await load(table, { drop: 'note', time: 'time' });
    expect([data.input.size, data.input.rate, data.warnings]).toEqual([2, 50, undefined]);
  });

  test('other names for sequence, label and group', async () => {
    const lines = ['run,activity,who,x', ...rows((k) => `${k % 8 < 4 ? 'ann' : 'bob'},${wave(k)}`, 2)];
    const named = await load(lines, { sequence: 'run', label: 'activity', group: 'who', split: 'group=ann' });
    expect([named.task.labels, named.input.size]).toEqual([['rest', 'walk'], 1]);
    expect(counts(named)[2]).toBe(10);
  });

  test('an index column of pandas and a separator at each line end are left out', async () => {
    const plain = ['sequence,label,x', ...rows(wave)];
    const data = await load(plain.map((row, i) => `${i === 0 ? '' : i - 1},${row},`));
    expect(data.input.channels).toEqual([{ name: 'x' }]);
    expect(said(data)).toMatch(/:1: the first column has no name and counts the rows.*\n.*end with a separator/);
    expect(data.train).toEqual((await load(plain)).train);
  });

  test('a row for each sequence', async () => {
    const wide = ['label,a,b,c,d', ...Array.from({ length: 20 }, (_, i) => `${i % 2},${i},1,${i},2`)];
    const data = await load(wide, { wide: 2, normalize: 'scale=1/64' });
    expect([data.input.size, counts(data), data.train.sequences.every(({ length }) => length === 4)]).toEqual([
      2,
      [16, 2, 2],
      true,
    ]);
    await expect(load(wide, { wide: 3 })).rejects.toThrow(/csv_wide at .*:1: 4 columns.*3/);
  });

  test('rows without a header: a label, then numbers, also between spaces (UCR archive)', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => [
      `${i % 2 ? '1' : '-1'}.0000000e+00`,
      `${i}`,
      '-1.5e+00',
      '0.25',
    ]);
    const options = { wide: 1, normalize: 'scale=1/64' } as const;
    for (const lines of [rows.map((row) => `  ${row.join('   ')}`), rows.map((row) => row.join('\t'))]) {
      const data = await load(lines, options);
      expect([counts(data), data.task.labels]).toEqual([
        [16, 2, 2],
        ['-1', '1'],
      ]);
      expect(data.train.sequences[0]).toHaveLength(3);
      expect(said(data)).toContain(':1: there is no header: the first cell of a row is its label');
      // labels that are not needed are in the same place
      expect(counts(await load(lines, { ...options, task: 'anomaly', normal: '1' }))).toEqual([16, 2, 2]);
      const again = await load(lines, { like: trained(data), unlabelled: true, split: 'all' });
      expect(again.test.targets.slice(0, 2)).toEqual([Int32Array.of(0), Int32Array.of(1)]);
    }
    // a header of numbers, as pandas writes it
    const named = ['Label,0,1,2', ...rows.map((row) => row.join())];
    expect(said(await load(named, options))).not.toContain('no header');
    // a name of one column with a space in it
    const one = ['air temperature', ...Array.from({ length: 40 }, (_, i) => `${i % 3}`)];
    await expect(load(one)).rejects.toThrow(/csv_header at .*found "air temperature"/);
  });
});

describe('a column that looks like a time', () => {
  const table = (name: string, cell: (k: number, t: number) => string): string[] => [
    `sequence,label,${name},x`,
    ...rows((k, t) => `${cell(k, t)},${wave(k)}`),
  ];
  test.each<[string, (k: number, t: number) => string, RegExp]>([
    ['Timestamp (ns)', (k) => String(1_700_000_000_000_000_000n + 20_000_000n * BigInt(k)), /named like a time/],
    ['epoch_ms', (k) => String(1_700_000_000_000 + 20 * k), /named like a time/],
    ['i', (k) => String(k), /rises by 1 in every row/],
    ['n', (_, t) => (0.02 * t).toFixed(2), /rises by 0.02 in every row/],
    ['odd', (k) => String(k + 0.3 * Math.sin(k)), /rises in every row of the file/],
  ])('%s', async (name, cell, message) => {
    const lines = table(name, cell);
    await expect(load(lines)).rejects.toThrow(message);
    await expect(load(lines)).rejects.toThrow('csv_time_column');
    const word = name.replace(' (ns)', '');
    expect((await load(lines, { drop: word })).input.size).toBe(1);
    expect((await load(lines, { features: `x,${word}` })).input.size).toBe(2);
  });

  test('its name, its unit, its stamps', () => {
    const names = ['time', 'Timestamp', 'sensorTime', 't [s]', 'unix_time', 'millis', 'Date', 'elapsed (s)'];
    for (const name of names) {
      const [, plain, unit] = /^(\S+)(?: [[(](.*)[\])])?$/.exec(name)!;
      expect([name, namesTime(plain!, unit)]).toEqual([name, true]);
    }
    for (const name of ['response_time', 't', 'temperature', 'seconds_left', 'timer_count', 'update', 's'])
      expect([name, namesTime(name)]).toEqual([name, false]);
    expect([unitOfColumn('time_us', undefined), unitOfColumn('t', 'ms'), unitOfColumn('time', undefined)]).toEqual([
      'us',
      'ms',
      undefined,
    ]);
    const noon = Date.UTC(2024, 4, 31, 12) / 1000;
    expect(secondsOfStamp('2024-05-31T12:00:00Z')).toBe(noon);
    expect(secondsOfStamp('2024-05-31 14:00:00.25+02:00')).toBe(noon + 0.25);
    expect(secondsOfStamp('12:00:01.5')).toBe(12 * 3600 + 1.5);
    for (const text of ['2024-02-31', '31.05.2024', '2024-05-31T25:00:00', 'noon'])
      expect(secondsOfStamp(text)).toBeUndefined();
  });
});

describe('times', () => {
  const rate = async (cell: (k: number) => string, name = 'time'): Promise<number | undefined> =>
    (await load([`sequence,label,${name},x`, ...rows((k) => `${cell(k)},${wave(k)}`)], { time: name })).input.rate;

  test('seconds, ms, us, ns, ISO stamps; a counter has no rate', async () => {
    expect(await rate((k) => (0.01 * k).toFixed(2))).toBe(100);
    expect(await rate((k) => String(20 * k))).toBe(50);
    expect(await rate((k) => String(1_700_000_000_000 + 40 * k))).toBe(25);
    expect(await rate((k) => String(20 * k), 'time_us')).toBe(50_000);
    expect(await rate((k) => new Date(1.7e12 + 100 * k).toISOString())).toBe(10);
    expect(await rate((k) => String(k))).toBeUndefined();
  });

  test('gaps are said, and no window spans one', async () => {
    const lines = [
      'sequence,label,time,x',
      ...rows((k, t) => `${20 * k + (k < 40 && t >= 13 ? 100 : 0)},${wave(k)}`, 40),
    ];
    const data = await load(lines, { time: 'time', window: '200ms', stride: '100ms' });
    expect(said(data)).toMatch(/log.csv:2: a gap before step 13: 5 steps are missing; no window spans it/);
    // 19 recordings of 40 steps have 7 windows of 10 steps, that with the gap 1 + 4
    expect(counts(data).reduce((sum, count) => sum + count)).toBe(19 * 7 + 5);
  });
});

describe('windows and classes', () => {
  /** One recording of 60 steps whose label changes at step 30, then nine of one label. */
  const lines = [
    'sequence,label,x',
    ...Array.from({ length: 600 }, (_, k) => `s${Math.floor(k / 60)},${k % 60 < 30 ? 'off' : 'on'},${wave(k)}`),
  ];

  test('parts are of recordings, never of windows', async () => {
    const data = await load(lines, { window: 20, stride: 5, split: 'test=^s3$' });
    // 9 starts in each recording
    expect(counts(data)).toEqual([72, 9, 9]);
    expect(data.task.everyStep).toBe(false);
  });

  test('the label of a window: its end, the majority, or none where labels are mixed', async () => {
    const options = { window: '20', stride: '10', split: 'test=^s3$' };
    const ends = await load(lines, options);
    expect(ends.test.targets.map(([target]) => target)).toEqual([0, 0, 1, 1, 1]);
    const most = await load(lines, { ...options, windowLabel: 'majority' });
    expect(most.test.targets.map(([target]) => target)).toEqual([0, 0, 0, 1, 1]);
    const pure = await load(lines, { ...options, windowLabel: 'unmixed' });
    expect(pure.test.targets.map(([target]) => target)).toEqual([0, 0, 1, 1]);
    const steps = await load(lines, { ...options, labelsAt: 'every-step' });
    expect([steps.task.everyStep, steps.test.targets[2]!.length]).toEqual([true, 20]);
  });

  test('one long recording is divided in time', async () => {
    const one = ['label,x', ...Array.from({ length: 1000 }, (_, k) => `${k % 100 < 50 ? 'off' : 'on'},${wave(k)}`)];
    const data = await load(one, { split: 'time', window: 50 });
    expect(counts(data)).toEqual([16, 2, 2]);
    await expect(load(one, { window: 50 })).rejects.toThrow(/--split time/);
  });

  test('chosen classes; others become one class or are left out', async () => {
    const many = ['sequence,label,x', ...Array.from({ length: 60 }, (_, k) => `s${k},${'abcde'[k % 5]},${wave(k)}`)];
    const two = await load(many, { classes: 'a,b' });
    expect([two.task.labels, counts(two).reduce((a, b) => a + b)]).toEqual([['a', 'b'], 24]);
    expect(said(two)).toMatch(/36 recordings of 3 other labels \(c, d, e\) left out/);
    const rest = await load(many, { classes: ['b', 'a'], others: 'unknown' });
    expect([rest.task.labels, counts(rest).reduce((a, b) => a + b)]).toEqual([['a', 'b', 'unknown'], 60]);
  });

  test('a recording of more steps than a sequence may have is a stream', async () => {
    const long = [
      'sequence,label,x',
      ...Array.from({ length: 90_000 }, (_, k) => `s,${k % 9 < 4 ? 'a' : 'b'},${k % 7}`),
    ];
    await expect(load(long)).rejects.toThrow(/csv_two_labels/);
    const data = await load(long, { labelsAt: 'every-step', split: 'time' });
    expect([data.stream, data.train.sequences[0]!.length]).toEqual([true, 72_000]);
  });
});

describe('what was read is remembered', () => {
  const table = (name: string, shift: number): string[] => [
    `sequence,label,time,${name},ax`,
    ...rows((k) => `${20 * k},${wave(k + shift)},${wave(k + 1)}`),
  ];

  test('other data are read alike, and all of them measured; the data of the training by its split', async () => {
    const path = write(table('ay', 0));
    const data = await loadDataset(path, { time: 'time', window: 3 });
    const { reading } = data.input;
    expect(reading).toMatchObject({ kind: 'csv', options: { time: 'time', window: 3, features: ['ay', 'ax'] } });
    const same = await loadDataset(path, { like: trained(data) });
    expect([counts(same), same.test]).toEqual([[32, 4, 4], data.test]);
    const more = await load(
      table('ay', 5).map((row, i) => (i === 0 ? `${row},extra` : `${row},text`)),
      { like: trained(data) },
    );
    expect([counts(more), more.input.size, said(more)]).toEqual([
      [0, 0, 40],
      2,
      expect.stringContaining('other data than those of the training'),
    ]);
    const longer = await loadDataset(path, { like: trained(data), window: 6 });
    expect(said(longer)).toContain('--window 6: the model was trained with 3');
    await expect(load(table('az', 0), { like: trained(data) })).rejects.toThrow(/csv_no_column.*"ay"/);
  });
});

test('quantities are columns: other kinds of data have none', async () => {
  await expect(loadDataset('gestures', { task: 'regress' })).rejects.toThrow(
    /--task: regress needs columns of numbers/,
  );
});
