import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dataset, Split } from '../../../src/data/dataset.js';
import { loadDataset } from '../../../src/data/index.js';
import { type StreamSources, withPast } from '../../../src/data/pasts.js';
import { SeededRandom } from '../../../src/fixed/random.js';
import type { Codes } from '../../../src/ir/model.js';
import { makeBatches } from '../../../src/train/batches.js';
import type { Engine } from '../../../src/train/engine/engine.js';
import { checkTrainOptions } from '../../../src/train/options.js';
import { train } from '../../../src/train/train.js';
import { wavFile } from './wav-file.js';

const RATE = 8000;
const tone = (hertz: number, seconds: number, level = 8000): Int16Array =>
  Int16Array.from({ length: RATE * seconds }, (_, n) => level * Math.sin((2 * Math.PI * hertz * n) / RATE));
const noise = (seconds: number, level: number): Int16Array => {
  const random = new SeededRandom(9);
  return Int16Array.from({ length: RATE * seconds }, () => level * (2 * random.next() - 1));
};
/** As no microphone is without noise. */
const noisy = (samples: Int16Array): Int16Array => {
  const added = noise(samples.length / RATE, 50);
  return samples.map((x, i) => x + added[i]!);
};
const sumOf = (codes: ArrayLike<number>): number => Array.from(codes).reduce((a, b) => a + b);
const power = (samples: Int16Array): number => samples.reduce((sum, x) => sum + x * x, 0) / samples.length;

describe('a random past', () => {
  const frontEnd = { sampleRate: RATE, channels: 1 };
  const [recording, other, short] = [tone(500, 0.5), tone(900, 0.5), tone(300, 0.03)];
  const recordings = [recording, other, short];
  const sources: StreamSources = { frontEnd, recordings, background: [noise(3, 300)], snr: null };
  const made = (index: number | null, changes: Partial<StreamSources> = {}, decibels = 0) =>
    Array.from({ length: 40 }, (_, seed) =>
      withPast(index, { ...sources, ...changes }, new SeededRandom(seed), decibels),
    );

  test('comes before the recording, which is at the end, unchanged', () => {
    const all = made(0);
    for (const { samples } of all) expect(samples.slice(-recording.length).join()).toBe(recording.join());
    const pasts = all.map(({ samples }) => (samples.length - recording.length) / RATE);
    expect(Math.max(...pasts)).toBeGreaterThan(2);
    expect(Math.max(...pasts)).toBeLessThanOrEqual(3);
    expect(pasts).toContain(0);
    expect(made(0).map(({ samples }) => samples.join())).toEqual(all.map(({ samples }) => samples.join()));
  });

  test('says where what was heard whole ends, and leaves out what was cut off at the front', () => {
    const all = made(0);
    let [whole, cut] = [0, 0];
    for (const { samples, heard } of all) {
      expect(heard.at(-1)).toEqual({ recording: 0, end: samples.length });
      const ends = heard.map(({ end }) => end);
      expect(ends).toEqual([...ends].sort((a, b) => a - b));
      for (const { recording: index, end } of heard) {
        const own = index === null ? new Int16Array(0) : recordings[index]!;
        expect(samples.slice(end - own.length, end).join()).toBe(own.join());
        whole++;
      }
      const [first] = heard;
      if (first!.recording !== null && first!.end > recordings[first!.recording]!.length) cut++;
    }
    expect(whole).toBeGreaterThan(2.5 * all.length);
    expect(cut).toBeGreaterThan(all.length / 4);
    expect(all.some(({ heard }) => heard.some(({ recording: index }) => index === null))).toBe(true);
  });

  test('background is a piece of the background', () => {
    for (const { samples } of made(null, { recordings: [new Int16Array(RATE)] })) {
      expect(samples.length).toBeGreaterThanOrEqual(0.25 * RATE);
      expect(Math.sqrt(power(samples.slice(-0.25 * RATE)))).toBeCloseTo(300 / Math.sqrt(3), -2);
    }
  });

  test('noise is added to half of the recordings, at ratios within the bounds', () => {
    const ratios = made(0, { snr: [6, 12] })
      .map(({ samples }) => samples.slice(-recording.length).map((x, i) => x - recording[i]!))
      .map((added) => 10 * Math.log10(power(recording) / power(added)));
    const noisy = ratios.filter(Number.isFinite);
    expect(noisy.length).toBeGreaterThan(10);
    expect(noisy.length).toBeLessThan(30);
    expect(Math.min(...noisy)).toBeGreaterThan(5.5);
    expect(Math.max(...noisy)).toBeLessThan(12.5);
  });

  test('a gain holds for all of a stream; samples are clipped', () => {
    const gains = made(0, {}, 12).map(({ samples }) => 20 * Math.log10(samples.at(-6)! / recording.at(-6)!));
    expect(Math.min(...gains)).toBeLessThan(-6);
    expect(Math.max(...gains)).toBeGreaterThan(6);
    const loud = made(0, { recordings: [tone(500, 0.5, 32000)] }, 12);
    expect(Math.max(...loud.flatMap(({ samples }) => Math.max(...samples)))).toBe(32767);
  });
});

describe('streams as data', () => {
  let folder: string;
  let data: Dataset;
  const load = (options: object) => loadDataset(join(folder, 'words'), options);
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rnnq-stream-data-'));
    const wav = (name: string, samples: Int16Array) =>
      writeFileSync(join(folder, name), wavFile(Array.from(samples, (x) => x / 32768)));
    for (const [label, hertz] of [
      ['high', 1500],
      ['low', 400],
    ] as const) {
      mkdirSync(join(folder, 'words', label), { recursive: true });
      for (let i = 0; i < 20; i++) wav(`words/${label}/${i}.wav`, noisy(tone(hertz + 10 * i, 0.2 + 0.01 * i)));
    }
    mkdirSync(join(folder, 'kitchen'));
    // the last fifth of it, which belongs to the validation part, is louder
    wav('kitchen/1.wav', Int16Array.from([...noise(4, 4), ...noise(1, 100)]));
    data = await load({ stream: true, background: join(folder, 'kitchen'), snr: '10..20' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('background becomes a class of the training and the validation part; the test part is single recordings', async () => {
    const plain = await load({});
    expect(data.task.labels).toEqual(['high', 'low', 'background']);
    expect(data.test.sequences).toEqual(plain.test.sequences);
    for (const part of ['train', 'validation'] as const) {
      const recordings = plain[part].sequences.length;
      const ends = data[part].targets.map((own) => own.at(-1));
      expect(ends.slice(0, recordings)).toEqual(plain[part].targets.map((own) => own[0]));
      const added = ends.slice(recordings);
      expect(new Set(added)).toEqual(new Set([2]));
      expect(added.length).toBe(Math.ceil(recordings / 2));
      expect(data[part].sequences.length).toBe(recordings + added.length);
    }
    const last = (part: 'train' | 'validation') => data[part].sequences.at(-1)!.slice(-24);
    expect(sumOf(last('validation'))).toBeGreaterThan(sumOf(last('train')));
  });

  test('targets are at the ends of what is heard, those of the past included', async () => {
    for (const { sequences, targets } of [data.train, data.validation, data.test])
      targets.forEach((own, i) => {
        expect(own.length).toBe(sequences[i]!.length / 24);
        expect(own.at(-1)).toBeGreaterThanOrEqual(0);
      });
    const earlier = ({ targets }: Split) => targets.flatMap((own) => [...own.slice(0, -1)].filter((c) => c >= 0));
    expect(earlier(data.test)).toEqual([]);
    const past = earlier(data.train);
    expect(past.length).toBeGreaterThan(2 * data.train.sequences.length);
    expect(new Set(past)).toEqual(new Set([0, 1, 2]));
    // nearly without noise, the step of a target resembles the last one of that class more than that of the other
    const lastOf = (label: number): Codes => {
      const i = data.test.targets.findIndex((own) => own.at(-1) === label);
      return data.test.sequences[i]!.slice(-24);
    };
    const distance = (a: Codes, b: Codes): number => sumOf(Array.from(a, (x, i) => Math.abs(x - b[i]!)));
    const [high, low] = [lastOf(0), lastOf(1)];
    const right: boolean[] = [];
    const { train: clean } = await load({ stream: true, background: join(folder, 'kitchen'), snr: '60..60' });
    for (const [i, codes] of clean.sequences.entries())
      for (const [t, target] of clean.targets[i]!.entries()) {
        const step = codes.subarray(t * 24, (t + 1) * 24);
        if (target === 0 || target === 1) right.push(distance(step, high) < distance(step, low) === (target === 0));
      }
    expect(right.filter(Boolean).length / right.length).toBeGreaterThan(0.9);
  });

  test('a sequence is made again with another past, the same one from the same random state', () => {
    const make = (seed: number) => data.renewal!.make(3, new SeededRandom(seed), 0);
    expect(make(1)).toEqual(make(1));
    expect(make(1)).not.toEqual(make(2));
    expect(Math.max(...data.train.sequences.map(({ length }) => length / 24))).toBeLessThanOrEqual(data.renewal!.steps);
  });

  test('a batch depends on the seed and its update alone; a quarter of the sequences is made again in each epoch', () => {
    const options = checkTrainOptions({ batch: 10, steps: 1000 });
    const filled = (updates: readonly number[]): string[] => {
      const batches = makeBatches(data, options);
      const seen: string[] = [];
      const setSequence = (_: number, values: Float32Array): void => void seen.push(values.join());
      const engine = { setSequence, setTargets: () => undefined } as unknown as Engine;
      for (const update of updates) batches.fill(engine, update);
      return seen;
    };
    const { perEpoch } = makeBatches(data, options);
    const last = 5 * perEpoch + 1;
    expect(filled([0, perEpoch, last - 1, last]).slice(-10)).toEqual(filled([last]));
    const inEpoch = (epoch: number): Set<string> =>
      new Set(filled(Array.from({ length: perEpoch }, (_, i) => epoch * perEpoch + i)));
    const [now, next, later] = [inEpoch(4), inEpoch(5), inEpoch(8)];
    const kept = (other: Set<string>): number => [...now].filter((sequence) => other.has(sequence)).length;
    expect(kept(next)).toBeGreaterThan(now.size / 3);
    expect(kept(next)).toBeLessThan(now.size);
    expect(kept(later)).toBeLessThan(kept(next) / 2);
  });

  test('one word, and all else is background', async () => {
    const one = { classes: 'high', stream: true };
    const { task, train } = await load({ ...one, background: join(folder, 'kitchen') });
    expect(task.labels).toEqual(['high', 'background']);
    expect(new Set(train.targets.map((own) => own.at(-1)))).toEqual(new Set([0, 1]));
    await expect(load(one)).rejects.toThrow(/data_too_few_classes/);
  });

  test('tables of counts have pasts of all their channels; between recordings is background, or nothing', async () => {
    // the second channel says which recording it is
    const table = (label: number, rows: number) =>
      ['x,y', ...Array.from({ length: rows }, (_, t) => `${(7 * t) % 50},${label}`)].join('\n').concat('\n');
    mkdirSync(join(folder, 'idle'));
    writeFileSync(join(folder, 'idle/1.csv'), table(30, 500));
    for (const [i, label] of ['left', 'right'].entries()) {
      mkdirSync(join(folder, 'moves', label), { recursive: true });
      for (let k = 0; k < 10; k++) writeFileSync(join(folder, 'moves', label, `${k}.csv`), table(10 * (i + 1), 40 + k));
    }
    const chain = { samplingRate: '100', frontEnd: 'scale', normalize: 'scale=1/128', stream: true };
    const loadMoves = (more: object) => loadDataset(join(folder, 'moves'), { ...chain, ...more });
    const seconds = ({ sequences }: Split) =>
      new Set(sequences.flatMap((own) => [...own].filter((_, i) => i % 2 === 1)));
    const [close, apart] = [await loadMoves({}), await loadMoves({ background: join(folder, 'idle') })];
    expect(seconds(close.train)).toEqual(new Set([10, 20]));
    expect(seconds(apart.train)).toEqual(new Set([10, 20, 30]));
    expect(apart.task.labels).toEqual(['left', 'right', 'background']);
    for (const { sequences, targets } of [close.train, apart.train, apart.validation])
      for (const [i, own] of targets.entries())
        for (const [t, target] of own.entries())
          if (target >= 0) expect(sequences[i]![2 * t + 1]).toBe(10 * (target + 1));
    await expect(loadMoves({ background: 'x', snr: '0..20' })).rejects.toThrow(/--snr: is not an option of csv/);
    await expect(loadMoves({ background: join(folder, 'kitchen') })).rejects.toThrow(
      /--background: .*1\.wav is wav data, the recordings are csv data/,
    );
    await expect(loadMoves({ background: join(folder, 'x') })).rejects.toThrow(
      /background_none at --background .*x: there is no such file/,
    );
    writeFileSync(join(folder, 'swapped.csv'), 'y,x\n30,1\n30,2\n');
    const swapped = await loadMoves({ background: join(folder, 'swapped.csv') });
    expect(seconds(swapped.train)).toEqual(new Set([10, 20, 30]));
    writeFileSync(join(folder, 'other.csv'), 'a,b\n1,2\n');
    await expect(loadMoves({ background: join(folder, 'other.csv') })).rejects.toThrow(/csv_no_column.*other\.csv/);
  });

  test('learns, and gives the same weights in one and two threads', async () => {
    const options = { units: [8], steps: 60, batch: 16, rate: 0.02, augment: { gain: '6dB' }, evaluateEvery: 30 };
    const streams = await load({ stream: true });
    const threads = process.env.RNNQ_THREADS;
    const results = [];
    for (const wanted of ['1', '2']) {
      process.env.RNNQ_THREADS = wanted;
      results.push(await train(streams, options));
    }
    if (threads === undefined) delete process.env.RNNQ_THREADS;
    else process.env.RNNQ_THREADS = threads;
    expect([...results[0]!.trained.state()]).toEqual([...results[1]!.trained.state()]);
    expect(results[0]!.validation.accuracy).toBeGreaterThan(0.9);
  });

  test.each([
    [{ snr: '0..20' }, /--snr: has no meaning without --background/],
    [{ background: 'kitchen' }, /--background: has no meaning without --stream/],
    [{ stream: true, window: '100ms' }, /--window: cuts recordings/],
    [{ stream: true, split: 'time' }, /--split: cuts recordings/],
    [{ stream: true, background: 'x', snr: '20..0' }, /--snr: "20..0" is not two ratios in dB/],
  ])('%o is refused', async (options, message) => {
    await expect(load(options)).rejects.toThrow(message);
  });
});
