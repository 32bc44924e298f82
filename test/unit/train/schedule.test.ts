import { expect, test } from 'vitest';
import { rateAt } from '../../../src/train/schedule.js';

const at = (schedule: 'cosine' | 'linear' | 'constant', step: number, warmUp = 0.1) =>
  rateAt(step, 100, { rate: 2, warmUp, schedule });

test('rises linearly during the warm-up', () => {
  expect(at('cosine', 0)).toBeCloseTo(0.2, 12);
  expect(at('cosine', 4)).toBeCloseTo(1, 12);
});

test('cosine and linear end at a hundredth of the peak, constant stays', () => {
  expect(at('cosine', 9)).toBeCloseTo(2, 12);
  expect(at('cosine', 54)).toBeCloseTo(2 * (0.01 + 0.99 * 0.5), 12);
  for (const schedule of ['cosine', 'linear'] as const) expect(at(schedule, 99)).toBeCloseTo(0.02, 12);
  expect(at('linear', 54)).toBeCloseTo(2 * (0.01 + 0.99 * 0.5), 12);
  expect(at('constant', 99)).toBe(2);
});

test('never falls below the end nor rises above the peak, whatever the warm-up', () => {
  for (const warmUp of [0, 0.05, 1])
    for (let step = 0; step < 100; step++) {
      const rate = at('cosine', step, warmUp);
      expect(rate).toBeGreaterThan(0);
      expect(rate).toBeLessThanOrEqual(2);
    }
});
