import { expect, test } from 'vitest';
import { hoursFor, upperBound } from '../../../src/streams/rates.js';

test('bounds are those of a Poisson rate (Garwood 1936: half the 95 % point of chi-square with 2 n + 2 degrees of freedom)', () => {
  // tables of chi-square: 5.9915, 9.4877, 12.5916, 33.9244 (22 degrees), 233.994 (202 degrees)
  for (const [count, chiSquare] of [
    [0, 5.9915],
    [1, 9.4877],
    [2, 12.5916],
    [10, 33.9244],
    [99, 233.994],
  ] as const)
    expect(upperBound(count, 2)).toBeCloseTo(chiSquare / 4, 3);
  expect(upperBound(2000, 1)).toBeGreaterThan(2000);
  expect(hoursFor(0.5)).toBeCloseTo(5.9915, 3);
});
