import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/data/dataset.js';
import { type DataOptions, loadDataset } from '../../../src/data/index.js';
import { PARTS } from '../../../src/data/recording.js';
import { FourierTransform } from '../../../src/data/sound/fourier.js';
import { hertzOf, LogMel, melBands, melOf } from '../../../src/data/sound/log-mel.js';
import { readWav } from '../../../src/data/sound/wav.js';
import { SeededRandom } from '../../../src/fixed/random.js';
import type { LogMelFeatures } from '../../../src/ir/model.js';
import { sharedData } from './shared-data.js';
import { type WavFormat, wavFile, withDataSize, withFormat } from './wav-file.js';

const folder = mkdtempSync(join(tmpdir(), 'rnnq-sound-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, bytes: Buffer): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

describe('WAV', () => {
  const samples = [0, 0.5, -0.25, 0.125, -1, 0.75];

  test.each<[string, WavFormat]>([
    ['8-bit PCM', { bits: 8 }],
    ['16-bit PCM', {}],
    ['24-bit PCM', { bits: 24 }],
    ['32-bit PCM', { bits: 32 }],
    ['float', { encoding: 3, bits: 32 }],
    ['double', { encoding: 3, bits: 64 }],
    ['extensible PCM', { extensible: true, bits: 24 }],
  ])('%s: every sample', (name, format) => {
    const path = write(`${name}.wav`, wavFile(samples, { ...format, rate: 11025 }));
    expect(readWav(path)).toEqual({ rate: 11025, samples: Float64Array.from(samples) });
  });

  test.each([0, 0xffffffff, 0x7ffff000])('data of size %i are read to the end of the file, with a note', (size) => {
    const path = write('open.wav', withDataSize(wavFile(samples), size));
    const { notes, ...sound } = readWav(path);
    expect(sound).toEqual({ rate: 8000, samples: Float64Array.from(samples) });
    expect(notes).toEqual([expect.stringContaining(`gives ${size} as its size`)]);
  });

  test('no samples, and a chunk behind them, are no samples; a size too large by a few bytes is a fault', () => {
    const file = withDataSize(wavFile([]), 0);
    expect(() => readWav(write('none.wav', file))).toThrow(/wav_empty/);
    const list = Buffer.concat([file, Buffer.from('LIST\x04\0\0\0INFO', 'latin1')]);
    expect(() => readWav(write('none.wav', list))).toThrow(/wav_empty/);
    expect(() => readWav(write('cut.wav', withDataSize(wavFile(samples), 100)))).toThrow(/wav_truncated/);
  });

  test('RF64 and BW64, an odd chunk without padding, a second data chunk', () => {
    const file = wavFile(samples);
    const form = (name: string) => Buffer.concat([Buffer.from(name), file.subarray(4)]);
    for (const name of ['RF64', 'BW64'])
      expect(Array.from(readWav(write('big.wav', form(name))).samples)).toEqual(samples);
    const sizes = Buffer.alloc(36);
    sizes.write('ds64', 'latin1');
    sizes.writeUInt32LE(28, 4);
    sizes.writeUInt32LE(2 * samples.length, 16);
    const long = withDataSize(form('RF64'), 0xffffffff);
    const parts = [
      long.subarray(0, 12),
      sizes,
      long.subarray(12),
      file.subarray(file.indexOf('LIST'), file.indexOf('data')),
    ];
    // the size is that of the chunk ds64, so what follows is no sound
    expect(readWav(write('ds64.wav', Buffer.concat(parts)))).toEqual({
      rate: 8000,
      samples: Float64Array.from(samples),
    });
    const pad = file.indexOf('odd') + 3;
    const unpadded = Buffer.concat([file.subarray(0, pad), file.subarray(pad + 1)]);
    expect(readWav(write('odd.wav', unpadded))).toEqual({ rate: 8000, samples: Float64Array.from(samples) });
    const twice = readWav(write('twice.wav', Buffer.concat([file, file.subarray(file.indexOf('data'))])));
    expect(twice.notes).toEqual([expect.stringContaining('first of its data chunks')]);
  });

  test('samples that do not fill their bytes, and encodings that only begin like PCM, are refused', () => {
    const fault = (file: Buffer) => () => readWav(write('odd.wav', file));
    expect(fault(withFormat(wavFile(samples, { bits: 24 }), 12, 4))).toThrow(/wav_encoding .* 24 bits in 4 bytes each/);
    expect(fault(withFormat(wavFile(samples, { bits: 8 }), 12, 2))).toThrow(/wav_encoding .* 8 bits in 2 bytes each/);
    const extensible = wavFile(samples, { extensible: true });
    expect(fault(withFormat(extensible, 38, 1))).toThrow(/wav_encoding .* 65534 \(extensible/);
    for (const [encoding, name] of [
      [2, 'ADPCM'],
      [6, 'A-law'],
      [7, 'mu-law'],
      [17, 'IMA ADPCM'],
    ] as const)
      expect(fault(withFormat(wavFile(samples), 0, encoding))).toThrow(`encoding ${encoding} (${name})`);
    for (const bits of [12, 20, 48]) expect(fault(withFormat(wavFile(samples), 14, bits))).toThrow(/wav_encoding/);
    expect(fault(withFormat(wavFile(samples), 2, 0))).toThrow(/wav_damaged .* 0 channels/);
    expect(fault(Buffer.concat([Buffer.from('RIFX'), wavFile(samples).subarray(4)]))).toThrow(
      /wav_not_wav .*\n.*big-endian/,
    );
    // a size of the block that no player looks at
    expect(Array.from(readWav(write('block.wav', withFormat(wavFile(samples), 12, 1))).samples)).toEqual(samples);
  });

  test('float samples beyond +-1 are noted, and those that are no number refused', () => {
    const loud = readWav(write('loud.wav', wavFile([0.5, -300], { encoding: 3, bits: 32 })));
    expect([Array.from(loud.samples), loud.notes]).toEqual([[0.5, -300], [expect.stringContaining('up to 512')]]);
    const bad = write('bad.wav', wavFile([0.5, Number.NaN], { encoding: 3, bits: 32 }));
    expect(() => readWav(bad)).toThrow(/wav_not_finite.*sample 1 is NaN/);
  });

  test('stereo: the channel that is asked for, or none', () => {
    const path = write('stereo.wav', wavFile(samples, { channels: 2 }));
    expect(Array.from(readWav(path, 'left').samples)).toEqual([0, -0.25, -1]);
    expect(Array.from(readWav(path, 'right').samples)).toEqual([0.5, 0.125, 0.75]);
    expect(Array.from(readWav(path, 'mix').samples)).toEqual([0.25, -0.0625, -0.125]);
    expect(() => readWav(path)).toThrow(/wav_channels.*2 channels\n.*--channel left/);
    const four = write('four.wav', wavFile([0, 0, 0, 0], { channels: 4 }));
    expect(() => readWav(four, 'mix')).toThrow(/wav_channels.*4 channels/);
  });
});

test.each([2, 8, 64, 512])('the transform of %i samples is that of the definition', (size) => {
  const random = new SeededRandom(size);
  // one sample less than the size: the rest is zero
  const samples = Float64Array.from({ length: size - 1 }, () => random.gaussian());
  const power = new FourierTransform(size).power(samples);
  expect(power.length).toBe(size / 2 + 1);
  power.forEach((found, k) => {
    let [re, im] = [0, 0];
    samples.forEach((x, n) => {
      re += x * Math.cos((2 * Math.PI * k * n) / size);
      im -= x * Math.sin((2 * Math.PI * k * n) / size);
    });
    expect(found).toBeCloseTo(re * re + im * im, 8);
  });
});

const FEATURES: LogMelFeatures = {
  ...{ kind: 'log-mel', sampleRate: 8000, window: 256, hop: 128, bands: 24, lowest: 80, highest: 3900, floor: 1e-7 },
};

/** The blocks of the front end that has these features. */
const { sampleRate: _, ...LOG_MEL } = FEATURES;
const BLOCKS = [LOG_MEL, { kind: 'scale' }];

describe('log-mel features', () => {
  test('the mel scale of HTK: 1000 Hz are 1000 mel, and back', () => {
    expect(melOf(1000)).toBeCloseTo(999.99, 1);
    expect(hertzOf(melOf(440))).toBeCloseTo(440, 9);
  });

  test('bands are triangles that add up to 1 between the outer middles', () => {
    const bands = melBands(FEATURES);
    const corner = (i: number): number => hertzOf(melOf(80) + ((melOf(3900) - melOf(80)) * i) / 25);
    for (let k = 0; k <= 128; k++) {
      const hertz = k * 31.25;
      const sum = bands.reduce((total, weights) => total + weights[k]!, 0);
      if (hertz >= corner(1) && hertz <= corner(24)) expect(sum).toBeCloseTo(1, 9);
      if (hertz <= 80 || hertz >= 3900) expect(sum).toBe(0);
    }
  });

  test('a tone is in the band around it, with the power that the window leaves', () => {
    const hertz = 1000;
    const tone = Float64Array.from({ length: 512 }, (_, n) => 0.5 * Math.cos((2 * Math.PI * hertz * n) / 8000));
    const values = new LogMel(FEATURES).compute(tone);
    expect(values.length).toBe(3 * 24);
    const weights = melBands(FEATURES).map((w) => [w[31]!, w[32]!, w[33]!] as const);
    // a Hann window of 256 gives a cosine of 0.5 the magnitudes 16, 32, 16
    weights.forEach(([below, at, above], band) => {
      if (at > 0) expect(values[band]).toBeCloseTo(Math.log2(256 * below + 1024 * at + 256 * above + 1e-7), 6);
    });
    const loudest = values.subarray(0, 24).indexOf(Math.max(...values.subarray(0, 24)));
    expect(weights[loudest]![1]).toBe(Math.max(...weights.map((w) => w[1])));
  });

  test('frames: whole windows, one at least, at most as many as wanted; silence is the floor', () => {
    const framesOf = (samples: number, most?: number) =>
      new LogMel(FEATURES).compute(new Float64Array(samples), most).length / 24;
    expect([1, 256, 383, 384, 511, 512].map((samples) => framesOf(samples))).toEqual([1, 1, 1, 2, 2, 3]);
    expect(framesOf(8000, 48)).toBe(48);
    expect(Array.from(new LogMel(FEATURES).compute(new Float64Array(10)))).toEqual(new Array(24).fill(Math.log2(1e-7)));
  });
});

/** Tones of two heights, ten by two speakers each. */
function writeTones(root: string, rate = 8000): string {
  for (const [label, hertz] of [
    ['low', 300],
    ['high', 1200],
  ] as const)
    for (let i = 0; i < 20; i++) {
      const samples = Array.from({ length: 800 + 40 * i }, (_, n) => 0.4 * Math.sin((2 * Math.PI * hertz * n) / rate));
      write(`${root}/${label}/${i % 2 ? 'ann' : 'bob'}-${i}.wav`, wavFile(samples, { rate }));
    }
  return join(folder, root);
}

describe('a folder of recordings', () => {
  test('other files and folders that are no class are named, and do not stop the rest', async () => {
    const path = writeTones('commands');
    const noise = wavFile(new Array(900).fill(0.1));
    for (const name of ['_background_noise_/a.wav', '_background_noise_/b.wav']) write(`commands/${name}`, noise);
    for (const name of ['low/1.flac', 'low/2.FLAC', 'x.mp3', 'list.txt', '.DS_Store', 'low/._1.wav', 'README.md'])
      write(`commands/${name}`, Buffer.from('x'));
    const { task, warnings } = await loadDataset(path);
    expect(task.labels).toEqual(['high', 'low']);
    expect(warnings!.slice(0, 2)).toEqual([
      `${path}: _background_noise_/a.wav and 1 more not read: a folder that begins with _ is no class`,
      `${path}: not read: 1 .txt (list.txt), 2 .flac (low/1.flac, ...), 1 .mp3 (x.mp3); for f in *.flac; do ffmpeg -i "$f" -ac 1 "\${f%.*}.wav"; done converts them`,
    ]);
    const patterned = await loadDataset(path, {
      labelPattern: '^([a-z_]+)/',
      split: 'all',
      like: { input: (await loadDataset(path)).input, labels: ['_background_noise_', 'high', 'low'] },
    });
    expect(patterned.test.targets.filter((target) => target[0] === 0).length).toBe(2);
  });

  test('labels are folders, groups a pattern, lengths differ, features stand in the input', async () => {
    const data = await loadDataset(writeTones('tones'), { groupPattern: '/([a-z]+)-', split: 'group=ann' });
    expect(data).toMatchObject({ name: 'tones_wav', task: { labels: ['high', 'low'], everyStep: false } });
    expect(data.input).toMatchObject({
      size: 24,
      fraction: 7,
      frontEnd: { sampleRate: 8000, channels: 1, blocks: BLOCKS },
    });
    expect(data.input.features).toBeUndefined();
    expect(PARTS.map((part) => data[part].targets.length)).toEqual([18, 2, 20]);
    const steps = data.test.sequences.map((s) => s.length / 24).sort((a, b) => a - b);
    expect([steps[0], steps.at(-1)]).toEqual([1 + Math.floor((840 - 256) / 128), 1 + Math.floor((1560 - 256) / 128)]);
  });

  test('frames are milliseconds; bands between two frequencies are refused', async () => {
    const path = writeTones('fast', 16000);
    const options: DataOptions = { frame: 25, hop: '10', bands: 40, lowest: 100, highest: 7000, maxSteps: 3 };
    const data = await loadDataset(path, options);
    expect(data.input.frontEnd).toMatchObject({
      sampleRate: 16000,
      blocks: [{ window: 400, hop: 160, bands: 40, highest: 7000 }, { kind: 'scale' }],
    });
    expect(Math.max(...data.train.sequences.map((s) => s.length))).toBe(3 * 40);
    await expect(loadDataset(path, { bands: 200 })).rejects.toThrow(/bad_option at --bands: .*lies between/);
    await expect(loadDataset(path, { highest: 9000 })).rejects.toThrow(
      /bad_option at --highest: .*half the rate, 8000/,
    );
  });

  test('a trained model brings its features, scaling and labels', async () => {
    const model = await loadDataset(writeTones('tones'), { bands: 12 });
    const data = await loadDataset(join(folder, 'tones'), {
      split: 'all',
      like: { input: model.input, labels: model.task.labels },
    });
    expect(data.input).toEqual(model.input);
    expect(model.input.frontEnd!.blocks[1]).toMatchObject({ kind: 'scale' });
    const find = (own: Dataset) => own.test.sequences.map((s) => s.join());
    expect(find(data)).toEqual(expect.arrayContaining(find(model)));
    expect(PARTS.map((part) => data[part].targets.length)).toEqual([0, 0, 40]);
    await expect(
      loadDataset(writeTones('fast', 16000), { split: 'all', like: { input: model.input, labels: model.task.labels } }),
    ).rejects.toThrow(/sound_rate/);
  });
});

const fsdd = join(sharedData('fsdd'), 'fsdd-recordings.tar.gz');
test.skipIf(!existsSync(fsdd))('Free Spoken Digit Dataset: its official split, and a speaker left out', async () => {
  mkdirSync(join(folder, 'fsdd'));
  execFileSync('tar', ['xzf', fsdd, '-C', join(folder, 'fsdd')]);
  const names = { labelPattern: '^([0-9])_', groupPattern: '^[0-9]_([a-z]+)_', maxSteps: 48 };
  const path = join(folder, 'fsdd', 'recordings');
  const official = await loadDataset(path, { ...names, split: 'test=_[0-4]\\.wav$' });
  expect(official.task.labels).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  expect(official.input.frontEnd!.blocks).toMatchObject(BLOCKS);
  expect(PARTS.map((part) => official[part].targets.length)).toEqual([2430, 270, 300]);
  const codes = official.train.sequences.flatMap((s) => Array.from(s));
  expect(codes.reduce((sum, c) => sum + c, 0) / codes.length).toBeCloseTo(0, 0);
  const deviation = Math.sqrt(codes.reduce((sum, c) => sum + c * c, 0) / codes.length);
  expect(deviation).toBeCloseTo(32, 0);
  const left = await loadDataset(path, { ...names, split: 'group=theo' });
  expect(PARTS.map((part) => left[part].targets.length)).toEqual([2250, 250, 500]);
});
