import { describe, expect, test } from 'vitest';
import { TABLES } from '../../../src/fixed/tables.js';

/** Decimal places of the independent computation. */
const PLACES = 80n;
const ONE = 10n ** PLACES;

/** exp(numerator / denominator) in units of 10^-80, for 0 <= x <= 8: Taylor series until its terms vanish. */
function exp(numerator: bigint, denominator: bigint): bigint {
  let term = ONE;
  let sum = 0n;
  for (let k = 1n; term > 0n; k++) {
    sum += term;
    term = (term * numerator) / (denominator * k);
  }
  return sum;
}

/** floor(32768 * p / q + 1/2) for q > 0. */
function rounded(p: bigint, q: bigint): bigint {
  const twice = 2n * 32768n * p + q;
  const quotient = twice / (2n * q);
  return twice < 0n && twice % (2n * q) !== 0n ? quotient - 1n : quotient;
}
/** Distance of 32768 p / q from the next tie, in units of 10^-6: shows that the series' error cannot decide a rounding. */
function distanceToTie(p: bigint, q: bigint): bigint {
  const millionths = (((32768n * p * 2n * 1_000_000n) / q) % 2_000_000n) - 1_000_000n;
  return millionths < 0n ? -millionths : millionths;
}

/** sigmoid(x) = e^x / (1 + e^x) and tanh(x) = (e^2x - 1) / (e^2x + 1), for negative x from the positive one. */
const REAL = {
  sigmoid(i: bigint): readonly [bigint, bigint] {
    const e = exp(i < 0n ? -i : i, 16n);
    return i < 0n ? [ONE, ONE + e] : [e, ONE + e];
  },
  tanh(i: bigint): readonly [bigint, bigint] {
    const e = exp(2n * (i < 0n ? -i : i), 32n);
    return i < 0n ? [ONE - e, e + ONE] : [e - ONE, e + ONE];
  },
};
const LIMITS = { sigmoid: [0, 32767], tanh: [-32639, 32639] } as const;

describe.each(['sigmoid', 'tanh'] as const)('%s', (name) => {
  test('all 256 entries are those of a computation with 80 decimal places', () => {
    const [low, high] = LIMITS[name];
    const expected = Array.from({ length: 256 }, (_, i) => {
      const [p, q] = REAL[name](BigInt(i - 128));
      if (i !== 128) expect(distanceToTie(p, q)).toBeGreaterThan(0n);
      return Math.min(Math.max(Number(rounded(p, q)), low), high);
    });
    expect([...TABLES[name]]).toEqual(expected);
  });

  test('rises and is symmetric but for rounding and clipping', () => {
    const table = TABLES[name];
    for (let i = 1; i < 256; i++) expect(table[i]!).toBeGreaterThanOrEqual(table[i - 1]!);
    const centre = name === 'sigmoid' ? 32768 : 0;
    for (let i = 1; i < 128; i++) expect(Math.abs(table[128 + i]! + table[128 - i]! - centre)).toBeLessThanOrEqual(1);
  });
});

test('the series knows e to 60 places', () => {
  const e = '2718281828459045235360287471352662497757247093699959574966967';
  expect(exp(1n, 1n).toString().slice(0, e.length)).toBe(e);
});
