import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/data/dataset.js';
import { type DataOptions, loadDataset, loadSamples } from '../../../src/data/index.js';
import { PARTS } from '../../../src/data/recording.js';
import { FrontEndTwin } from '../../../src/frontends/chain.js';
import { hostileSignals } from '../../../src/frontends/hostile.js';
import { npyFile } from './array-files.js';

const folder = mkdtempSync(join(tmpdir(), 'rnnq-counts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ROWS = 60;
/** Counts of three channels: a sequence of each hostile signal, its samples interleaved as the driver of a sensor gives them. */
const SIGNALS = hostileSignals(ROWS, 3);
const labelOf = (i: number): string => (i % 2 ? 'walk' : 'rest');
const partOf = (i: number): string => ['train', 'train', 'train', 'train', 'validation', 'test'][i % 6]!;

/** A table of the signals, with a column that is no input; a label for each row on request. */
function write(name: string, { steps = false, time = (row: number) => `${10 * row}` } = {}): string {
  const lines = SIGNALS.flatMap((samples, i) =>
    Array.from({ length: ROWS }, (_, row) => {
      const label = steps ? `${labelOf(i)}${row >> 4}` : labelOf(i);
      return `s${i},${label},${partOf(i)},note,${time(row)},${samples.subarray(3 * row, 3 * row + 3).join()}`;
    }),
  );
  writeFileSync(join(folder, name), `sequence,label,split,note,ms,ax,ay,az\n${lines.join('\n')}\n`);
  return join(folder, name);
}

const OPTIONS: DataOptions = { drop: 'note', time: 'ms', frontEnd: 'decimate=4,highpass=16,scale' };
/** Of each sequence, whatever its part, in the order of names. */
const sorted = (data: Dataset) =>
  PARTS.flatMap((part) =>
    data[part].sequences.map((codes, i) => ({ name: data[part].names![i]!, codes: [...codes] })),
  ).sort((a, b) => Number(a.name.slice(1)) - Number(b.name.slice(1)));
const like = ({ input, task }: Dataset) => ({ input, labels: task.labels });

describe('a table of int16 counts behind a front end', () => {
  test('codes of the data are those that the chip makes of the samples', async () => {
    const data = await loadDataset(write('motion.csv'), OPTIONS);
    const frontEnd = data.input.frontEnd!;
    expect(frontEnd).toMatchObject({
      ...{ sampleRate: 100, channels: 3 },
      blocks: [{ kind: 'decimate', shift: 2 }, { kind: 'highpass', shift: 4 }, { kind: 'scale' }],
    });
    expect(data.input).toMatchObject({ size: 3, rate: 25, channels: [{ name: 'ax' }, { name: 'ay' }, { name: 'az' }] });
    const twin = new FrontEndTwin(frontEnd, 127);
    const made = SIGNALS.map((samples, i) => ({ name: `s${i}`, codes: [...twin.run(samples)] }));
    expect(sorted(data)).toEqual(made);
    // other data of the model go the same way, from the columns of the training
    const again = await loadDataset(write('other.csv'), { split: 'all', like: like(data), drop: undefined });
    expect(sorted(again)).toEqual(made);
    expect(await loadSamples(join(folder, 'other.csv'), like(data))).toEqual(
      SIGNALS.map((samples, i) => ({ name: `s${i}`, samples })),
    );
    // an array has no columns that could be named as those of the table
    writeFileSync(join(folder, 'other.npy'), npyFile('<i2', [1, ROWS, 3], [...SIGNALS[0]!]));
    expect((await loadSamples(join(folder, 'other.npy'), like(data))).map(({ samples }) => samples)).toEqual([
      SIGNALS[0],
    ]);
    writeFileSync(join(folder, 'notes.txt'), 'x');
    await expect(loadSamples(join(folder, 'notes.txt'), like(data))).rejects.toThrow(
      /--stream: .*notes.txt is text data/,
    );
  });

  test('the label of a frame is that of its last row', async () => {
    const data = await loadDataset(write('steps.csv', { steps: true }), { ...OPTIONS, labelsAt: 'every-step' });
    const of = data.train.targets[data.train.names!.indexOf('s0')]!;
    expect(Array.from(of, (k) => data.task.labels[k])).toEqual(
      Array.from({ length: ROWS / 4 }, (_, frame) => `rest${(4 * frame + 3) >> 4}`),
    );
  });

  test('behind a gap the front end begins from reset, and no window spans it', async () => {
    const time = (row: number) => `${10 * (row < 30 ? row : row + 50)}`;
    const options = { ...OPTIONS, window: '3' };
    const data = await loadDataset(write('gap.csv', { time }), options);
    // 30 rows give 7 frames, so 2 windows of 3 before and behind the gap
    expect(sorted(data).length).toBe(4 * SIGNALS.length);
    const twin = new FrontEndTwin(data.input.frontEnd!, 127);
    const third = data.train.sequences[data.train.names!.indexOf('s0@7')]!;
    expect([...third]).toEqual([...twin.run(SIGNALS[0]!.subarray(90)).subarray(0, 9)]);
    await expect(loadSamples(join(folder, 'gap.csv'), like(data))).rejects.toThrow('data_gap');
  });

  test('magnitude and bands make other values, which have no columns', async () => {
    const path = write('chains.csv');
    const length = await loadDataset(path, { ...OPTIONS, frontEnd: 'magnitude' });
    expect(length.input).toMatchObject({ size: 1, frontEnd: { blocks: [{ kind: 'magnitude', floor: 1 }, {}] } });
    expect(length.input.channels).toBeUndefined();
    expect(length.input.reading!.options.features).toEqual(['ax', 'ay', 'az']);
    const options = { ...OPTIONS, features: 'ax', drop: undefined, frontEnd: 'bands', frame: 320, bands: 4 };
    const { input } = await loadDataset(path, options);
    expect(input).toMatchObject({ size: 4, frontEnd: { blocks: [{ window: 32, hop: 16, bands: 4 }, {}] } });
    await expect(loadDataset(path, { ...OPTIONS, frontEnd: 'bands' })).rejects.toThrow(
      /bad_option at --front-end: "bands" is not .*one channel/,
    );
  });

  test('anomalies are predicted in frames', async () => {
    const data = await loadDataset(write('machine.csv'), {
      ...{ ...OPTIONS, task: 'anomaly', ahead: '2', normal: 'rest' },
    });
    expect(data.task).toMatchObject({ name: 'anomaly', ahead: 2, labels: ['ax', 'ay', 'az'] });
    expect(data.train.targets[0]!.length).toBe((ROWS / 4) * 4);
  });

  test.each<[string, DataOptions]>([
    ['needs the rate: --time <column> or --sampling-rate', { time: undefined, drop: 'note,ms' }],
    ['has no meaning here: the data have 100 Hz', { samplingRate: 50 }],
    ['"decimate=3" is not blocks', { frontEnd: 'decimate=3' }],
    ['"scale,decimate=4" is not blocks', { frontEnd: 'scale,decimate=4' }],
    ['--bands: has no meaning without bands', { bands: 4 }],
    ['"decimate" is not new: a chain has each block once', { frontEnd: 'decimate=2,decimate=2' }],
  ])('refused: %s', async (message, options) => {
    const path = write('wrong.csv');
    await expect(loadDataset(path, { ...OPTIONS, ...options })).rejects.toThrow(message);
  });

  test('data of another rate, or of other columns than the front end of a model takes', async () => {
    const data = await loadDataset(write('own.csv'), OPTIONS);
    const slow = write('slow.csv', { time: (row) => `${20 * row}` });
    await expect(loadDataset(slow, { split: 'all', like: like(data) })).rejects.toThrow(
      /data_other_rate .*has 50 samples a second, the front end of the model takes 100/,
    );
    const fewer = loadDataset(join(folder, 'own.csv'), { split: 'all', like: like(data), features: 'ax' });
    await expect(fewer).rejects.toThrow(/has 1 value a time sample, the front end of the model takes 3/);
  });
});
