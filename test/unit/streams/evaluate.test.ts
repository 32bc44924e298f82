import { beforeAll, describe, expect, test } from 'vitest';
import { compileModel } from '../../../src/compiler/compile.js';
import { stringTogether } from '../../../src/data/sound/strung.js';
import { margin } from '../../../src/decisions/margin.js';
import { SeededRandom } from '../../../src/fixed/random.js';
import { streamEvents } from '../../../src/stream-events.js';
import { measureEnds } from '../../../src/streams/ends.js';
import {
  chooseThreshold,
  listFalseAlarms,
  measureThreshold,
  type StreamCase,
  sweep,
} from '../../../src/streams/evaluate.js';
import { Trace } from '../../../src/streams/trace.js';
import { MARGIN, soundOf, streamModel } from '../../frontends/stream-models.js';

// A random network behind the front end of sound: what is compared are counts, not what it has learned.
const SENSITIVE = { ...MARGIN, threshold: 1 };
const { model, program } = compileModel(streamModel(soundOf(), { decision: SENSITIVE }), { core: 'host' });
/** The one threshold of the decision. */
const MARGIN_AT = margin.thresholds({ ...model, decision: MARGIN })[0]!;
/** Noise whose level changes. */
const noise = (length: number, seed: number): Int16Array => {
  const random = new SeededRandom(seed);
  return Int16Array.from({ length }, (_, n) => (((n >> 11) & 1 ? 9000 : 30) * (2 * random.next() - 1)) | 0);
};
const background = [noise(24000, 1), noise(16000, 2)];
const words = Array.from({ length: 6 }, (_, i) => ({ samples: noise(4000, 10 + i), labels: [i % 2 ? 'yes' : 'no'] }));
const stream = stringTogether(words, { sampleRate: 8000, channels: 1, pause: 0.25, background, seed: 3 });
const traced = (samples: Int16Array, name = 'noise') => ({
  ...{ name, samples, marks: [], seconds: samples.length / 8000 },
  trace: new Trace(model, program, samples),
});

let own: StreamCase;
beforeAll(() => {
  own = {
    ...{ labels: model.labels, lasting: false, tolerance: 0.5 },
    marked: [{ ...traced(stream.samples), marks: stream.marks }],
    background: background.map((samples, i) => traced(samples, `noise ${i}`)),
  };
});

test('recordings are strung together with pauses, their samples where their marks say', () => {
  expect(stream.samples.length).toBe(6 * 4000 + 7 * 2000);
  expect(stream.marks.map(({ begin }) => begin)).toEqual([0.25, 1, 1.75, 2.5, 3.25, 4]);
  const heard = stream.marks.map(({ begin, end }) => stream.samples.slice(8000 * begin, 8000 * end).join());
  expect([...heard].sort()).toEqual(words.map(({ samples }) => samples.join()).sort());
  for (const [i, { label }] of stream.marks.entries())
    expect(words.find(({ samples }) => samples.join() === heard[i])!.labels).toEqual([label]);
});

test('a trace reports what the chip reports', () => {
  const events = streamEvents(model, program, stream.samples);
  expect(events.length).toBeGreaterThan(3);
  const reports = own.marked[0]!.trace.reports({ ...model, decision: SENSITIVE });
  expect(reports.map(({ seconds, found }) => [seconds, model.labels[found]])).toEqual(
    events.map(({ seconds, label }) => [seconds, label]),
  );
});

describe('thresholds', () => {
  const at = (threshold: number) => measureThreshold({ ...MARGIN_AT, value: threshold }, own);

  test('a short background: the lowest threshold without a false alarm, and the bound that this supports', () => {
    const chosen = chooseThreshold(MARGIN_AT, own, 0.5);
    expect(chosen).toMatchObject({ held: false });
    expect(chosen.needed).toBeCloseTo(5.99, 2);
    expect(at(chosen.threshold).falseAlarms).toMatchObject({ count: 0, rate: 0 });
    expect(at(chosen.threshold).falseAlarms!.bound).toBeCloseTo(2.9957 / (5 / 3600), 0);
    expect(at(chosen.threshold - 1).falseAlarms!.count).toBeGreaterThan(0);
    expect(listFalseAlarms({ ...MARGIN_AT, value: chosen.threshold - 1 }, own).length).toBeGreaterThan(0);
  });

  test('a long one: the lowest threshold whose bound holds the rate', () => {
    const long = { ...own, background: own.background.map((one) => ({ ...one, seconds: 3600 * 10 })) };
    const chosen = chooseThreshold(MARGIN_AT, long, 0.5);
    const bound = (threshold: number) => measureThreshold({ ...MARGIN_AT, value: threshold }, long).falseAlarms!.bound;
    expect(chosen.held).toBe(true);
    expect(bound(chosen.threshold)).toBeLessThanOrEqual(0.5);
    expect(bound(chosen.threshold - 1)).toBeGreaterThan(0.5);
    expect(chosen.threshold).toBeLessThan(chooseThreshold(MARGIN_AT, own, 0.5).threshold);
  });

  test('a sweep goes to silence', () => {
    const figures = sweep(MARGIN_AT, own, 8);
    expect(figures.length).toBe(8);
    expect(figures.at(-1)).toMatchObject({ hits: 0, wrong: 0, between: 0, latency: null, falseAlarms: { count: 0 } });
    expect(figures[0]!.falseAlarms!.count).toBeGreaterThan(0);
    expect(figures[0]!.marks).toBe(6);
  });
});

test('right at the ends of marks: from reset as the recording alone, in the stream with what came before', () => {
  const { marks, reset } = measureEnds(model, program, own.marked as never);
  const alone = words.filter(({ samples, labels }) => {
    const trace = new Trace(model, program, samples);
    return trace.says(model.labels.indexOf(labels[0]!), 0.5);
  });
  expect(marks).toBe(6);
  expect(reset).toBe(alone.length);
  // a stream of one mark without a pause is that recording from reset
  const single = { ...traced(words[0]!.samples), marks: [{ begin: 0, end: 0.5, label: words[0]!.labels[0]! }] };
  const figures = measureEnds(model, program, [single]);
  expect(figures.streamed).toBe(figures.reset);
});
