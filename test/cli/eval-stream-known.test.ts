import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeModel } from '../../src/compiler/1-read/write-model.js';
import type { Decision } from '../../src/ir/decision.js';
import type { Model } from '../../src/ir/model.js';
import { buildModel } from '../../src/quantizers/build-model.js';
import { chainOf, scaleOf } from '../frontends/stream-models.js';
import { wavFile } from '../unit/data/wav-file.js';
import { runCommand } from './run-command.js';

// Everything by hand, from files to figures. 400 samples a second, each of them a frame and its own code; a single dense layer whose
// logits are sums of the samples of a frame, 64 codes each. Frame t ends (t + 1) / 400 s after the beginning.
const RATE = 400;
const UNIT = 64;

/** @param rows of weights 1, 0, -1: a class or an output each */
function linear(rows: readonly (readonly number[])[], labels: readonly string[], decision: Decision): Model {
  const channels = rows[0]!.length;
  const model = buildModel({
    ...{ name: 'net', activationBits: 8, labels, training: {}, goldenInput: new Int8Array(channels) },
    input: {
      ...{ size: channels, fraction: 7, offset: [0], scale: [1] },
      frontEnd: chainOf(channels, [], scaleOf(0, 16384, 14)),
    },
    layers: [
      {
        ...{ type: 'dense', name: 'dense', units: rows.length, activation: 'linear', largestOutput: 2 },
        weights: {
          ...{ format: 'ternary', rows: rows.length, cols: channels, rowScale: 'shift' },
          codes: Int8Array.from(rows.flat()),
          scales: new Float64Array(rows.length).fill(1),
        },
        bias: new Float64Array(rows.length),
      },
    ],
  });
  // a network has a state, here that of a pool over one frame
  const pool = {
    type: 'pool',
    name: 'pool0',
    units: channels,
    window: 1,
    first: 1,
    stride: 1,
    function: 'max',
  } as const;
  return { ...model, layers: [{ ...pool, outputFraction: 7 }, ...model.layers], decision };
}

const YES_NO = linear([[0], [1], [-1]], ['rest', 'yes', 'no'], {
  ...{ kind: 'margin', smoothing: 0, threshold: 75 * UNIT, refractory: 40, background: 0 },
});

/** Zeros, with values at some places of a channel. */
function samplesOf(seconds: number, values: Readonly<Record<number, number>>): number[] {
  const samples = new Array<number>(RATE * seconds).fill(0);
  for (const [place, value] of Object.entries(values)) samples[Number(place)] = value;
  return samples;
}

const WORDS = samplesOf(10, {
  200: 100, // 0.5025 s, before any mark
  ...{ 500: 100, 600: 100, 799: 10 }, // 1.2525 s: yes; 1.5025 s: once more; right at the end of the mark
  ...{ 1300: 100, 1500: -100, 1599: -10 }, // 3.2525 s: another class; 3.7525 s: no; right at the end
  ...{ 2100: -100, 2399: -10 }, // 5.2525 s: another class, and no report of its own
  3280: -100, // 8.2025 s: no, 0.7025 s after the end of its mark
  ...{ 3400: -100, 3410: 100 }, // 8.5025 s: too late; 25 ms later: within the refractory time of 0.1 s
});
const WORD_MARKS = '1\t2\tyes\n3\t4\tno\n5\t6\tyes\n7\t7.5\tno\n9\t9.5\trest\n';
// 0.02 hours; the second peak comes within 0.1 s of the first
const KITCHEN = [samplesOf(36, { 4000: 100, 4030: -100, 9000: -100 }), samplesOf(36, { 12000: 120, 13000: 70 })];

const tableOf = (...channels: readonly (readonly number[])[]): string =>
  `${channels.map((_, j) => `c${j}`).join(',')}\n${channels[0]!.map((_, t) => channels.map((own) => own[t]).join(',')).join('\n')}\n`;
const soundOf = (samples: readonly number[]): Buffer =>
  wavFile(
    samples.map((value) => value / 32768),
    { rate: RATE },
  );

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rnnq-known-'));
  const put = (name: string, content: string | Buffer) => writeFileSync(join(folder, name), content);
  for (const name of ['sound', 'table', 'sounds', 'tables', 'both', 'idle']) mkdirSync(join(folder, name));
  put('words.json', writeModel(YES_NO));
  put('sound/words.wav', soundOf(WORDS));
  put('sound/words.txt', WORD_MARKS);
  put('table/words.csv', tableOf(WORDS));
  put('table/words.txt', WORD_MARKS);
  KITCHEN.forEach((samples, i) => {
    put(`sounds/${i}.wav`, soundOf(samples));
    put(`tables/${i}.csv`, tableOf(samples));
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function evaluate(...args: string[]) {
  const { stdout, stderr } = await runCommand(['eval', ...args, '--stream', '--json'], folder);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test.each([
  ['sound', 'sounds'],
  ['table', 'tables'],
])('classes of a %s', async (data, background) => {
  const { ends, figures, alarms, marks } = await evaluate('words.json', '--data', data, '--background', background);
  expect(marks).toBe(4);
  expect(ends).toEqual({ marks: 4, streamed: 2, reset: 2 });
  const { latency, falseAlarms, ...counts } = figures;
  expect(counts).toEqual({ threshold: 75 * UNIT, marks: 4, hits: 3, wrong: 1, between: 4 });
  // -0.7475, -0.2475 and 0.7025 s
  expect(latency.median).toBeCloseTo(-0.2475, 6);
  expect(latency.late).toBeCloseTo(0.7025, 6);
  expect(falseAlarms).toMatchObject({ count: 3, hours: 0.02, rate: 150 });
  // half of chi-square with 8 degrees of freedom
  expect(falseAlarms.bound).toBeCloseTo(15.5073 / 2 / 0.02, 1);
  expect(
    alarms.map(({ stream, seconds, label, margin }: Record<string, unknown>) => [stream, seconds, label, margin]),
  ).toEqual([
    [expect.stringMatching(/\/0\.(wav|csv)$/), 10.0025, 'yes', 100 * UNIT],
    [expect.stringMatching(/\/0\.(wav|csv)$/), 22.5025, 'no', 100 * UNIT],
    [expect.stringMatching(/\/1\.(wav|csv)$/), 30.0025, 'yes', 120 * UNIT],
  ]);
});

test('thresholds: without a false alarm, with the bound of one, and the sweep between', async () => {
  const data = ['--data', 'sound', '--background', 'sounds', '-o', 'chosen.json', '--force'];
  const choose = async (rate: string) => {
    const { stdout } = await runCommand(
      ['eval', 'words.json', '--stream', '--json', ...data, '--false-alarms', rate],
      folder,
    );
    return JSON.parse(stdout);
  };
  // the peak of 120 alone is left above 100: 4.7439 / 0.02 = 237.2 an hour; without it 2.9957 / 0.02 = 149.8
  expect((await choose('240/h')).chosen).toMatchObject({ threshold: 100 * UNIT + 1, held: true });
  expect((await choose('200/h')).chosen).toMatchObject({ threshold: 120 * UNIT + 1, held: true });
  const short = await choose('0.5/h');
  expect(short.chosen).toMatchObject({ threshold: 120 * UNIT + 1, held: false });
  expect(short.figures).toMatchObject({ hits: 0, wrong: 0, between: 0, latency: null, falseAlarms: { count: 0 } });
  expect(short.decision.threshold).toBe(120 * UNIT + 1);
  expect(short.sweep.at(-1).threshold).toBe(120 * UNIT + 1);
});

test('outputs that detect, whose marks overlap', async () => {
  // N12: from the logit 0.25 on, the code 32 of a sample
  const decision = { kind: 'flags', smoothing: 0, thresholds: [50 * UNIT, 50 * UNIT], refractory: [40, 400] } as const;
  const model = linear(
    [
      [1, 0],
      [0, 1],
    ],
    ['hot', 'loud'],
    decision,
  );
  writeFileSync(join(folder, 'both.json'), writeModel({ ...model, task: 'detect', thresholds: [0.25, 0.25] }));
  // hot: before its mark, in it at 2.0025 s, 81 is not above 32 + 50; loud at the same time, and 0.5 s later, within 1 s of the first
  const hot = samplesOf(6, { 100: 100, 800: 100, 1600: 81, 1799: 40 });
  const loud = samplesOf(6, { 800: 100, 1000: 100, 1900: 82 });
  writeFileSync(join(folder, 'both/1.csv'), tableOf(hot, loud));
  writeFileSync(join(folder, 'both/1.txt'), '1.5\t2.5\thot\n2\t3\tloud\n4\t4.5\thot; loud\n');
  writeFileSync(join(folder, 'idle/1.csv'), tableOf(samplesOf(36, { 99: 82 }), samplesOf(36, { 99: 81 })));
  const { ends, outputs } = await evaluate('both.json', '--data', 'both', '--background', 'idle');
  // of the four ends only the last one of hot: 40 is above 32
  expect(ends).toEqual({ marks: 4, streamed: 1, reset: 1 });
  const common = { threshold: 50 * UNIT, marks: 2, wrong: 0 };
  expect(outputs).toMatchObject([
    { label: 'hot', figures: { ...common, hits: 1, between: 1, falseAlarms: { count: 1, hours: 0.01 } } },
    { label: 'loud', figures: { ...common, hits: 2, between: 0, falseAlarms: { count: 0, hours: 0.01 } } },
  ]);
  expect(outputs[0].figures.latency.median).toBeCloseTo(-0.4975, 6);
  // at 2.0025 s of the mark until 3 s, at 4.7525 s of the one until 4.5 s
  expect(outputs[1].figures.latency.median).toBeCloseTo(-0.9975, 6);
  expect(outputs[1].figures.latency.late).toBeCloseTo(0.2525, 6);
});
