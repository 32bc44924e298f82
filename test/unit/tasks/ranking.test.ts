import { expect, test } from 'vitest';
import { SeededRandom } from '../../../src/fixed/random.js';
import { rank } from '../../../src/tasks/ranking.js';

test('the example of scikit-learn: AUC 0.75, average precision 0.83', () => {
  const { auc, averagePrecision, truePositiveRate, falsePositiveRate, precision } = rank(
    [0.1, 0.4, 0.35, 0.8],
    [false, false, true, true],
  );
  expect(auc).toBeCloseTo(0.75, 12);
  expect(averagePrecision).toBeCloseTo(5 / 6, 12);
  expect(truePositiveRate).toEqual([0, 0.5, 0.5, 1, 1]);
  expect(falsePositiveRate).toEqual([0, 0, 0.5, 0.5, 1]);
  expect(precision).toEqual([1, 1, 0.5, 2 / 3, 0.5]);
});

test('AUC counts the pairs in order, ties half', () => {
  const random = new SeededRandom(7);
  const scores = Array.from({ length: 80 }, () => Math.floor(10 * random.next()) / 10);
  const positive = scores.map((score) => random.next() < score);
  let [pairs, sum] = [0, 0];
  for (const [i, a] of scores.entries())
    for (const [j, b] of scores.entries())
      if (positive[i] && !positive[j]) {
        pairs++;
        sum += a > b ? 1 : a === b ? 0.5 : 0;
      }
  expect(rank(scores, positive).auc).toBeCloseTo(sum / pairs, 12);
});

test('without positives or negatives an area is not defined', () => {
  expect(rank([1, 2], [false, false])).toMatchObject({ auc: null, averagePrecision: null });
  expect(rank([1, 2], [true, true])).toMatchObject({ auc: null, averagePrecision: 1 });
  expect(rank([], [])).toMatchObject({ auc: null, averagePrecision: null, precision: [1] });
});
