import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/data/dataset.js';
import { loadDataset } from '../../../src/data/index.js';
import { type StreamSources, withPast } from '../../../src/data/pasts.js';
import { SeededRandom } from '../../../src/fixed/random.js';
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
const power = (samples: Int16Array): number => samples.reduce((sum, x) => sum + x * x, 0) / samples.length;

describe('a random past', () => {
  const frontEnd = { sampleRate: RATE, channels: 1 };
  const [recording, other, short] = [tone(500, 0.5), tone(900, 0.5), tone(300, 0.03)];
  const sources: StreamSources = { frontEnd, recordings: [other, short], background: [noise(3, 300)], snr: null };
  const made = (own: Int16Array | null, changes: Partial<StreamSources> = {}, decibels = 0) =>
    Array.from({ length: 40 }, (_, seed) =>
      withPast(own, { ...sources, ...changes }, new SeededRandom(seed), decibels),
    );

  test('comes before the recording, which is at the end, unchanged', () => {
    const all = made(recording);
    for (const samples of all) expect(samples.slice(-recording.length).join()).toBe(recording.join());
    const pasts = all.map(({ length }) => (length - recording.length) / RATE);
    expect(Math.max(...pasts)).toBeGreaterThan(1);
    expect(Math.max(...pasts)).toBeLessThanOrEqual(1.5);
    expect(pasts).toContain(0);
    expect(made(recording).join()).toBe(all.join());
  });

  test('background is a piece of the background', () => {
    for (const samples of made(null, { recordings: [new Int16Array(RATE)] })) {
      expect(samples.length).toBeGreaterThanOrEqual(0.25 * RATE);
      expect(Math.sqrt(power(samples.slice(-0.25 * RATE)))).toBeCloseTo(300 / Math.sqrt(3), -2);
    }
  });

  test('noise is added to half of the recordings, at ratios within the bounds', () => {
    const ratios = made(recording, { snr: [6, 12] })
      .map((samples) => samples.slice(-recording.length).map((x, i) => x - recording[i]!))
      .map((added) => 10 * Math.log10(power(recording) / power(added)));
    const noisy = ratios.filter(Number.isFinite);
    expect(noisy.length).toBeGreaterThan(10);
    expect(noisy.length).toBeLessThan(30);
    expect(Math.min(...noisy)).toBeGreaterThan(5.5);
    expect(Math.max(...noisy)).toBeLessThan(12.5);
  });

  test('a gain holds for all of a stream; samples are clipped', () => {
    const gains = made(recording, {}, 12).map((samples) => 20 * Math.log10(samples.at(-6)! / recording.at(-6)!));
    expect(Math.min(...gains)).toBeLessThan(-6);
    expect(Math.max(...gains)).toBeGreaterThan(6);
    expect(Math.max(...made(tone(500, 0.5, 32000), {}, 12).flatMap((samples) => Math.max(...samples)))).toBe(32767);
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
      for (let i = 0; i < 20; i++) wav(`words/${label}/${i}.wav`, tone(hertz + 10 * i, 0.2 + 0.01 * i));
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
      expect(data[part].targets.slice(0, recordings)).toEqual(plain[part].targets);
      const added = data[part].targets.slice(recordings).map((own) => own[0]);
      expect(new Set(added)).toEqual(new Set([2]));
      expect(added.length).toBe(Math.ceil(recordings / 2));
      expect(data[part].sequences.length).toBe(recordings + added.length);
    }
    const last = (part: 'train' | 'validation') => data[part].sequences.at(-1)!.slice(-24);
    const sum = (codes: ArrayLike<number>) => Array.from(codes).reduce((a, b) => a + b);
    expect(sum(last('validation'))).toBeGreaterThan(sum(last('train')));
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
