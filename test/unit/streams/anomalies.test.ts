import { beforeAll, expect, test } from 'vitest';
import { compileModel } from '../../../src/compiler/compile.js';
import { score } from '../../../src/decisions/score.js';
import type { Program } from '../../../src/ir/program.js';
import { streamEvents } from '../../../src/stream-events.js';
import {
  chooseThreshold,
  listFalseAlarms,
  measureThreshold,
  type StreamCase,
  sweep,
} from '../../../src/streams/evaluate.js';
import { anomalousStreams } from '../../../src/streams/labelled.js';
import { Trace } from '../../../src/streams/trace.js';
import { chainOf, scaleOf, soundOf, streamModel } from '../../frontends/stream-models.js';

// Everything by hand. 400 samples a second, each of them a frame and its own code (fraction 7). The network predicts 0 one step ahead
// and nothing is smoothed, so that the score of a step is the square of its value: of the code 100 (100 / 128)^2 = 0.6104, of 120
// 0.8789, of 50 0.1526. After a report there is none for 40 steps, 0.1 s.
const RATE = 400;
const own = streamModel(chainOf(1, [], scaleOf(0, 16384, 14)), { decision: { kind: 'score', refractory: 40 } });
const MODEL = {
  ...own,
  decision: { kind: 'score', refractory: 40 } as const,
  anomaly: { ahead: 1, smoothing: 0, threshold: 0.5 },
  layers: own.layers.map((layer) =>
    layer.type === 'dense'
      ? { ...layer, weights: { ...layer.weights, codes: layer.weights.codes.map(() => 0) } }
      : layer,
  ),
};
const [THRESHOLD] = score.thresholds(MODEL);
const at = (value: number) => ({ ...THRESHOLD!, value });

/** Silence with samples at some places. */
function samplesOf(seconds: number, values: Readonly<Record<number, number>>): Int16Array {
  const samples = new Int16Array(RATE * seconds);
  for (const [place, value] of Object.entries(values)) samples[Number(place)] = value;
  return samples;
}

// frame t ends with sample t, (t + 1) / 400 s after the beginning
const MARKED = samplesOf(10, {
  240: 100, // 0.6025 s: before any mark
  ...{ 900: 100, 910: 120, 1000: 100 }, // 2.2525 s, and 25 ms and 250 ms later: two reports of the first mark
  2600: 100, // 6.5025 s: 0.5025 s after the end of the second mark
  3300: 50, // in the third mark, too small
  3800: 100, // 9.5025 s: 1.0025 s after the end of the third mark
});
const MARKS = [
  { begin: 2, end: 3, label: 'anomaly' },
  { begin: 5, end: 6, label: 'anomaly' },
  { begin: 8, end: 8.5, label: 'anomaly' },
];
// 36 s each, 0.02 hours in all: three reports, because the second peak comes within 0.1 s of the first
const NORMAL = [samplesOf(36, { 4000: 100, 4030: 100, 9000: -100 }), samplesOf(36, { 12000: 120 })];

let program: Program;
let measured: StreamCase;
beforeAll(() => {
  program = compileModel(MODEL, { core: 'host' }).program;
  const traced = (samples: Int16Array, name: string) => ({
    ...{ name, seconds: samples.length / RATE, marks: [], trace: new Trace(MODEL, program, samples) },
  });
  measured = {
    ...{ labels: score.labels(MODEL), lasting: score.lasting, tolerance: 0.75 },
    marked: [{ ...traced(MARKED, 'pump'), marks: MARKS }],
    background: NORMAL.map((samples, i) => traced(samples, `normal ${i}`)),
  };
});

test('a trace reports what the chip reports', () => {
  const times = [0.6025, 2.2525, 2.5025, 6.5025, 9.5025];
  expect(measured.marked[0]!.trace.reports(MODEL).map(({ seconds }) => seconds)).toEqual(times);
  expect(streamEvents(MODEL, program, MARKED).map(({ seconds }) => seconds)).toEqual(times);
});

test('hits, misses, reports between marks, latency from the beginning, false alarms and their bound', () => {
  const { falseAlarms, latency, ...figures } = measureThreshold(at(0.5), measured);
  expect(figures).toEqual({ threshold: 0.5, marks: 3, hits: 2, wrong: 0, between: 2 });
  expect(latency!.median).toBeCloseTo(0.2525, 6);
  expect(latency!.late).toBeCloseTo(1.5025, 6);
  expect(falseAlarms).toMatchObject({ count: 3, hours: 0.02, rate: 150 });
  // chi-square with 8 degrees of freedom: 15.5073
  expect(falseAlarms!.bound).toBeCloseTo(15.5073 / 2 / 0.02, 1);
  expect(listFalseAlarms(at(0.5), measured)).toEqual([
    { stream: 'normal 0', seconds: 10.0025, found: 0, value: (100 / 128) ** 2 },
    { stream: 'normal 0', seconds: 22.5025, found: 0, value: (100 / 128) ** 2 },
    { stream: 'normal 1', seconds: 30.0025, found: 0, value: (120 / 128) ** 2 },
  ]);
});

test('a short background: one code above its highest score; a long one: the lowest threshold that holds the rate', () => {
  const { step } = THRESHOLD!;
  const short = chooseThreshold(at(0.5), measured, 0.5);
  expect(short).toMatchObject({ threshold: (120 / 128) ** 2 + step, held: false });
  // all scores of silence are 1, so that 2 is the lowest threshold with fewer reports than every 41 steps
  expect(chooseThreshold(at(0.5), measured, 1000)).toMatchObject({ threshold: 2 * step, held: true });
  // 2.9957 / 0.02 = 149.8 without a false alarm, 4.7439 / 0.02 = 237.2 with one: from 100 / 128 on the peak of 120 alone
  expect(chooseThreshold(at(0.5), measured, 240)).toMatchObject({ threshold: (100 / 128) ** 2 + step, held: true });
  const model = at(0.5).at(short.threshold);
  expect(model.anomaly).toEqual({ ...MODEL.anomaly, threshold: short.threshold });
  expect(NORMAL.flatMap((samples) => streamEvents(model, program, samples))).toEqual([]);
});

test('a sweep goes by ratios from where reports become fewer to silence', () => {
  const figures = sweep(at(0.5), measured, 8);
  const { step } = THRESHOLD!;
  expect(figures[0]!.threshold).toBe(2 * step);
  expect(figures.at(-1)).toMatchObject({ threshold: (120 / 128) ** 2 + step, hits: 0, falseAlarms: { count: 0 } });
  const ratio = figures[7]!.threshold / figures[6]!.threshold;
  expect(figures[4]!.threshold / figures[3]!.threshold).toBeCloseTo(ratio, 1);
  // 50, 100 and 120 are found with all thresholds but the last ones
  expect(figures[4]).toMatchObject({ hits: 3, between: 2, falseAlarms: { count: 3 } });
});

test('labels of steps become marks', () => {
  const split = {
    ...{ sequences: [], samples: [896, 640, 2000].map((length) => new Int16Array(length)) },
    // rows: the value, then 1 for an anomaly
    targets: [
      [0, 0, 1, 1, 0, 1],
      [0, 0, 0, 0],
      [1, 1, 1, 1],
    ].map((flags) => Float32Array.from(flags.flatMap((flag) => [0, flag]))),
  };
  // the first step ends after 256 samples, 32 ms, each other one 16 ms later
  const streams = anomalousStreams(split, 1, 'anomaly', soundOf());
  // what comes after the last step is left out, up to a hop that no step ends in
  expect(streams.map(({ samples }) => samples.length)).toEqual([896, 640, 640 + 127]);
  expect(streams.map(({ marks }) => marks.map(({ begin, end }) => [begin, end]))).toEqual([
    [
      [0.048, 0.08],
      [0.096, 0.112],
    ],
    [],
    [[0, 0.08]],
  ]);
});
