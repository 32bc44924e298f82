import { describe, expect, test } from 'vitest';
import { augment, isNothing, type ValueAugmentation } from '../../../src/data/augment.js';
import { SeededRandom } from '../../../src/fixed/random.js';

const [STEPS, SIZE] = [6, 3];
/** Each value tells its step and feature: 0.1, 0.2, 0.3, 1.1, ... */
const VALUES = Float32Array.from({ length: STEPS * SIZE }, (_, i) => Math.floor(i / SIZE) + ((i % SIZE) + 1) / 10);
const rows = (values: Float32Array): number[][] =>
  Array.from({ length: STEPS }, (_, t) => Array.from(values.subarray(t * SIZE, (t + 1) * SIZE)));
/** Two hundred copies, one after the other. */
function copies(augmentation: ValueAugmentation): Float32Array[] {
  const random = new SeededRandom(5);
  return Array.from({ length: 200 }, () => augment(VALUES, SIZE, augmentation, random));
}
const different = <T>(list: readonly T[]): number => new Set(list.map((item) => JSON.stringify(item))).size;

test('nothing wished, nothing changed; the values given are never', () => {
  expect([{}, { roll: 0, gain: undefined }, { noise: 0.1 }].map(isNothing)).toEqual([true, true, false]);
  const before = VALUES.slice();
  for (const copy of copies({})) expect(copy).toEqual(VALUES);
  copies({ gain: 0.5, offset: 1, noise: 1, roll: 2, mask: 3, shift: 2 });
  expect(VALUES).toEqual(before);
});

test('the same seed gives the same copies', () => {
  const all: ValueAugmentation = { gain: 0.1, offset: 0.5, noise: 0.1, roll: 1, mask: 3, shift: 4 };
  expect(copies(all)).toEqual(copies(all));
  expect(different(copies(all).map((c) => Array.from(c)))).toBe(200);
});

test('shift repeats the first or last step, roll the outermost features', () => {
  const shifted = copies({ shift: 2 }).map(rows);
  expect(different(shifted)).toBe(5);
  for (const copy of shifted) {
    const by = Math.round(copy[3]![0]! - 3.1);
    expect(copy).toEqual(rows(VALUES).map((_, t, all) => all[Math.max(0, Math.min(STEPS - 1, t + by))]!));
  }
  const rolled = copies({ roll: 1 }).map((copy) => rows(copy)[0]!);
  const [a, b, c] = rows(VALUES)[0]!;
  expect(different(rolled)).toBe(3);
  expect(rolled).toEqual(
    expect.arrayContaining([
      [a, b, c],
      [a, a, b],
      [b, c, c],
    ]),
  );
});

describe('gain, offset and noise', () => {
  test('one factor and one summand for a sequence, within their limits', () => {
    const factors = copies({ gain: 0.1 }).map((copy) => Array.from(copy, (v, i) => v / VALUES[i]!));
    const offsets = copies({ offset: 0.5 }).map((copy) => Array.from(copy, (v, i) => v - VALUES[i]!));
    for (const [list, middle, limit] of [
      [factors, 1, 0.1],
      [offsets, 0, 0.5],
    ] as const) {
      for (const own of list) expect(Math.max(...own) - Math.min(...own)).toBeLessThan(1e-5);
      const firsts = list.map((own) => own[0]! - middle);
      expect(Math.max(...firsts.map(Math.abs))).toBeLessThanOrEqual(limit + 1e-6);
      expect(Math.max(...firsts)).toBeGreaterThan(0.8 * limit);
      expect(Math.min(...firsts)).toBeLessThan(-0.8 * limit);
    }
  });

  test('noise has its deviation, and is another for each value', () => {
    const noise = copies({ noise: 0.1 }).flatMap((copy) => Array.from(copy, (v, i) => v - VALUES[i]!));
    expect(Math.sqrt(noise.reduce((sum, v) => sum + v * v, 0) / noise.length)).toBeCloseTo(0.1, 2);
    expect(different(noise)).toBeGreaterThan(3000);
  });
});

test('mask zeroes 0 to as many steps in a row, anywhere', () => {
  const masked = copies({ mask: 3 }).map((copy) =>
    rows(copy).flatMap((row, t) => (row.every((v) => v === 0) ? [t] : [])),
  );
  expect(new Set(masked.map((steps) => steps.length))).toEqual(new Set([0, 1, 2, 3]));
  for (const steps of masked) expect(steps).toEqual(steps.map((_, i) => steps[0]! + i));
  expect(new Set(masked.flat())).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  const short = augment(VALUES.subarray(0, SIZE), SIZE, { mask: 9 }, new SeededRandom(1));
  expect(short.length).toBe(SIZE);
});
