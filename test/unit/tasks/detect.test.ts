import { expect, test } from 'vitest';
import { chooseThreshold } from '../../../src/tasks/detect.js';
import { TASKS } from '../../../src/tasks/index.js';
import { isBetter } from '../../../src/tasks/task.js';

const scores = [3, 2, 1, 0, -1, -2];
const positive = [1, 1, 0, 1, 0, 0];

test.each([
  ['best F1: 3 of 4 reported are right, all found', {}, -0.5],
  ['precision 1: two reported', { precision: 1 }, 1.5],
  ['precision 0.7: three of four', { precision: 0.7 }, -0.5],
  ['recall 0.6: two of three, both right', { recall: 0.6 }, 1.5],
  ['recall 1', { recall: 1 }, -0.5],
])('thresholds lie between two scores: %s', (_, goal, threshold) => {
  expect(chooseThreshold(scores, positive, goal)).toBe(threshold);
});

test('equal scores are on one side; the last score is a threshold itself; without positives it is 0', () => {
  expect(chooseThreshold([1, 1, 1, 0], [1, 0, 1, 0], { precision: 1 })).toBe(0.5);
  expect(chooseThreshold([2, 1], [1, 1], {})).toBe(1);
  expect(chooseThreshold([2, 1], [0, 0], {})).toBe(0);
});

test('figures of what is detected, at the thresholds and over all', () => {
  const task = { name: 'detect', labels: ['hot', 'loud'], everyStep: false, thresholds: [1.5, 0] } as const;
  const meter = TASKS.detect.meter(task);
  scores.forEach((score, i) => {
    meter.add([score, -score], Float32Array.of(positive[i]!, i === 0 ? Number.NaN : 1 - positive[i]!), 0);
  });
  expect(meter.total).toBe(11);
  const [hot, loud] = meter.details().outputs as Record<string, number>[];
  expect(hot).toMatchObject({ threshold: 1.5, count: 6, positives: 3, precision: 1, recall: 2 / 3, f1: 0.8 });
  expect(hot!.auc).toBeCloseTo(8 / 9, 12);
  expect(hot!.averagePrecision).toBeCloseTo((1 + 1 + 3 / 4) / 3, 12);
  // 0, 1, 2 are reported: 0 is none of it
  expect(loud).toMatchObject({ count: 5, positives: 3, precision: 2 / 3, recall: 2 / 3 });
  expect(meter.metrics().averagePrecision).toBeCloseTo((hot!.averagePrecision! + loud!.averagePrecision!) / 2, 12);
  const flags = [0, 1].map((j) => scores.map((score) => (j === 0 ? score : -score)));
  const loss = flags.flatMap((logits, j) =>
    logits.flatMap((y, i) => {
      const target = j === 0 ? positive[i]! : 1 - positive[i]!;
      return j === 1 && i === 0 ? [] : [-Math.log(1 / (1 + Math.exp(target ? -y : y)))];
    }),
  );
  expect(meter.loss()).toBeCloseTo(loss.reduce((a, b) => a + b) / 11, 12);
  expect(TASKS.detect.answer!.of([2, -1], task)).toBe('hot');
  expect(TASKS.detect.answer!.of([1, -1], task)).toBe('none');
  expect(TASKS.detect.answer!.expected(Float32Array.of(1, 1), 0, task)).toBe('hot; loud');
});

test('a metric without a value is worse than any; between two of them the next one decides', () => {
  const none = { loss: 1, averagePrecision: Number.NaN };
  const pairs = [
    [{ ...none, loss: 0.5 }, none],
    [{ loss: 2, averagePrecision: 0.1 }, none],
  ] as const;
  for (const [a, b] of pairs)
    expect([isBetter(TASKS.detect, a, b), isBetter(TASKS.detect, b, a)]).toEqual([true, false]);
});
