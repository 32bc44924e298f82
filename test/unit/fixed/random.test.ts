import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../src/fixed/random.js';

const draws = (random: SeededRandom, n: number, draw: (r: SeededRandom) => number) =>
  Array.from({ length: n }, () => draw(random));

describe('SeededRandom', () => {
  test('is Mulberry32: its published first values for the seed 0', () => {
    expect(draws(new SeededRandom(0), 3, (r) => r.next())).toEqual([
      0.26642920868471265, 0.0003297457005828619, 0.2232720274478197,
    ]);
  });

  test('goes on from a saved state', () => {
    const random = new SeededRandom(7);
    draws(random, 100, (r) => r.gaussian());
    const { state } = random;
    const expected = draws(random, 10, (r) => r.next());
    const resumed = new SeededRandom(0);
    resumed.state = state;
    expect(draws(resumed, 10, (r) => r.next())).toEqual(expected);
  });

  test('integers cover [0, n) evenly', () => {
    const counts = new Array<number>(10).fill(0);
    for (const k of draws(new SeededRandom(3), 100_000, (r) => r.integer(10))) counts[k]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  test('gaussian has mean 0, deviation 1 and the tails of a normal distribution', () => {
    const values = draws(new SeededRandom(5), 100_000, (r) => r.gaussian());
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const variance = values.reduce((sum, v) => sum + v * v, 0) / values.length;
    const beyondTwo = values.filter((v) => Math.abs(v) > 2).length / values.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
    expect(beyondTwo).toBeGreaterThan(0.043);
    expect(beyondTwo).toBeLessThan(0.048);
  });

  test('shuffle is a permutation, each order as frequent as any other', () => {
    const random = new SeededRandom(11);
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = random.shuffle(Int32Array.of(0, 1, 2, 3)).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    for (const [order, count] of counts) {
      expect([...order].sort().join('')).toBe('0123');
      expect(Math.abs(count - 1000)).toBeLessThan(150);
    }
  });
});
