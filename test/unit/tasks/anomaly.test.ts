import { expect, test } from 'vitest';
import { anomaly } from '../../../src/tasks/anomaly.js';

const task = { name: 'anomaly', labels: ['a', 'b'], everyStep: true, ahead: 1, thresholds: [2] } as const;
const NONE = Number.NaN;

test('of a training: the error of what has a target', () => {
  const meter = anomaly.meter(task);
  const targets = Float32Array.of(1, 2, NONE, NONE, 0, NONE);
  [
    [1, 4],
    [9, 9],
    [2, 9],
  ].forEach((outputs, row) => void meter.add(outputs, targets, row));
  expect(meter.total).toBe(3);
  expect(meter.loss()).toBeCloseTo(8 / 3, 12);
  expect(meter.metrics()).toEqual({ error: Math.sqrt(8 / 3) });
  expect(meter.tables()).toEqual([]);
});

test('of measured data: what is reported from the threshold on, and how scores rank anomalies', () => {
  const meter = anomaly.meter(task);
  const flags = [0, 0, 1, 1, 0];
  const targets = Float32Array.from(flags.flatMap((flag) => [0, 0, flag]));
  [NONE, 1, 2, 1.5, 3].forEach((score, row) => void meter.add([0, 1, score], targets, row));
  const { error, falseAlarms, recall, auc } = meter.metrics();
  // scores of normal steps 1 and 3, of anomalies 2 and 1.5: half of the pairs are in order
  expect([error, falseAlarms, recall, auc]).toEqual([Math.sqrt(0.5), 0.5, 0.5, 0.5]);
  expect(meter.details()).toMatchObject({ anomalies: { steps: 4, anomalous: 2, precision: 0.5 } });
  expect(anomaly.answer!.of([0, 0, 2], task)).toBe('anomaly');
  expect(anomaly.answer!.of([0, 0, NONE], task)).toBe('normal');
  expect([0, 2].map((row) => anomaly.answer!.expected(targets, row, task))).toEqual(['normal', 'anomaly']);
});

test('recordings of one kind each count by their highest scores; with steps of both kinds in one, there are none', () => {
  const recordings = (flags: readonly (readonly number[])[]) => {
    const meter = anomaly.meter(task);
    flags.forEach((own, i) => {
      const targets = Float32Array.from(own.flatMap((flag) => [0, 0, flag]));
      own.forEach((_, row) => void meter.add([0, 0, row === 0 ? NONE : i + row], targets, row));
    });
    return meter;
  };
  const whole = recordings([
    [0, 0, 0],
    [0, 0],
    [1, 1],
  ]);
  // highest scores 2 and 2 of normal ones, 3 of the anomaly; two steps of normal ones are at the threshold, too
  const figures = { count: 3, anomalous: 1, auc: 1, recall: 1, falseAlarms: 1, precision: 1 / 3 };
  expect(whole.details()).toMatchObject({ anomalies: { steps: 4, recordings: figures } });
  expect(whole.tables()[0]!.rows.map(([of]) => of)).toEqual(['steps', 'recordings']);
  expect(
    recordings([
      [0, 0],
      [0, 1, 1],
    ]).tables()[0]!.rows,
  ).toHaveLength(1);
  expect(recordings([[0, 0]]).tables()[0]!.rows).toHaveLength(1);
});
