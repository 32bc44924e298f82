import { expect, test } from 'vitest';
import { makeDataset } from '../../../src/data/make-dataset.js';
import type { Recording, Recordings } from '../../../src/data/recording.js';
import type { Wishes } from '../../../src/data/wishes.js';
import { anomaly } from '../../../src/tasks/anomaly.js';
import { trainedTargets } from '../../../src/tasks/task.js';

// Targets of the task `anomaly`: the input some steps later, beside a flag of each step.

/** Recordings of two values a step, 0, 1, 2 ... and their negatives; labels of each step, or one. */
function recordings(steps: number, labels: readonly string[], gaps?: readonly number[], count = 12): Recordings {
  const list = Array.from({ length: count }, (_, i): Recording => {
    const source = `file:${i + 1}`;
    const values = Float64Array.from({ length: 2 * steps }, (_, k) => (k % 2 === 0 ? 1 : -1) * Math.floor(k / 2));
    return { source, name: source, values, labels, ...(gaps && { gaps }) };
  });
  return { name: 'data', source: 'file', size: 2, everyStep: false, normalization: { kind: 'standard' }, list };
}
const make = (own: Recordings, wishes: Wishes = {}) =>
  makeDataset(own, { task: 'anomaly', unlabelled: true, ...wishes });

test('a step has the input some steps later as its target, and no target in front of an anomaly or a gap', () => {
  const labels = ['0', '0', '0', '0', '1', '0', '0', '0'];
  const { task, input, train } = make(recordings(8, labels, [7]), { ahead: 2 });
  const unit = 2 ** -input.fraction;
  expect(task).toEqual({ name: 'anomaly', labels: ['value 1', 'value 2'], everyStep: true, ahead: 2, unit });
  const [rows, codes] = [train.targets[0]!, train.sequences[0]!];
  expect(rows).toBeInstanceOf(Int8Array);
  expect(rows).toHaveLength(8 * 3);
  const values = trainedTargets(rows, task);
  for (let t = 0; t < 8; t++) {
    const later = t + 2;
    // the step 4 is an anomaly, the step 7 comes after a gap
    const known = later < 7 && later !== 4;
    const wanted = [0, 1].map((j) => (known ? codes[2 * later + j]! * unit : Number.NaN));
    expect([...values.subarray(2 * t, 2 * t + 2)]).toEqual(wanted);
    expect(rows[3 * t + 2]).toBe(Number(t === 4));
  }
});

test('targets of 16-bit inputs have 16 bits; a meter and the loss see the same values', () => {
  const { task, train } = make(recordings(4, []), { activationBits: 16 });
  const rows = train.targets[0]!;
  expect(rows).toBeInstanceOf(Int16Array);
  const values = trainedTargets(rows, task);
  const meter = anomaly.meter(task);
  for (let t = 0; t < 4; t++) meter.add([0, 0, 1], rows, t);
  const squares = [...values].filter((value) => !Number.isNaN(value)).map((value) => value ** 2);
  expect(squares).toHaveLength(6);
  expect(meter.total).toBe(6);
  expect(meter.loss()).toBeCloseTo(squares.reduce((a, b) => a + b) / 6, 12);
  expect(anomaly.summarize(task, [rows]).counts).toEqual([3, 3]);
});

test('one label holds for all steps; what is normal can be named; no label is normal', () => {
  const flags = (labels: readonly string[], wishes?: Wishes) => make(recordings(4, labels), wishes).train.targets[0]!;
  expect([...flags(['ok'], { normal: ['ok'] })].filter((_, i) => i % 3 === 2)).toEqual([0, 0, 0, 0]);
  expect([...flags([])].filter((_, i) => i % 3 === 2)).toEqual([0, 0, 0, 0]);
  expect(() => flags(['ok'])).toThrow(/data_nothing_normal at file: no label is one of "normal", "0", .* are "ok"/);
});

test('refused: a horizon beyond every recording, columns of numbers', () => {
  expect(() => make(recordings(4, []), { ahead: 4 })).toThrow(
    /data_too_short_to_predict at file: the longest recording of the train part has 4 steps: .* 4 steps later/,
  );
  expect(() => make({ ...recordings(4, []), targets: [{ name: 'soc' }] })).toThrow(
    /data_task_targets.*--task anomaly learns to predict the inputs/,
  );
});

test('a long recording is a stream', () => {
  expect(make(recordings(1001, [])).stream).toBe(true);
  expect(make(recordings(1000, [])).stream).toBe(false);
});
