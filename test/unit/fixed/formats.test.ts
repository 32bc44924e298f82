import { describe, expect, test } from 'vitest';
import {
  chooseFraction,
  chooseMultiplier,
  choosePreShift,
  chooseRowScale,
  largestAccumulator,
  quantizeBias,
  type RowScaleKind,
  realScale,
  type ScaledRows,
  ScaleRangeError,
} from '../../../src/fixed/formats.js';
import { Draw } from '../../fuzz/random-network.js';

const rows = (scales: number[], changes: Partial<ScaledRows> = {}): ScaledRows => ({
  scales: Float64Array.from(scales),
  magnitudes: new Float64Array(scales.length).fill(10),
  biases: new Int32Array(scales.length),
  inputFraction: 7,
  inputBits: 8,
  outputFraction: 12,
  ...changes,
});
const choose = (kind: RowScaleKind, scales: number[], changes?: Partial<ScaledRows>) =>
  chooseRowScale(kind, rows(scales, changes));

describe('choosePreShift', () => {
  const holds = (a: bigint, p: bigint): boolean => {
    const shifted = (a + 2n ** p - 1n) / 2n ** p;
    return (shifted + 1n) * 32767n + 2n ** 29n <= 2n ** 31n - 1n;
  };
  const draw = new Draw(1);
  const cases = [0, 1, 49_151, 49_152, 49_153, 98_304, 98_305, 2 ** 30, 2 ** 31 - 1, 65535 * 127 * 128];
  for (let i = 0; i < 500; i++) cases.push(draw.integer(0, 2 ** 24 - 1) * 2 ** draw.integer(0, 7));

  test('is the least shift whose products fit', () => {
    for (const a of cases) {
      const p = choosePreShift(a);
      expect(holds(BigInt(a), BigInt(p))).toBe(true);
      if (p > 0) expect(holds(BigInt(a), BigInt(p - 1))).toBe(false);
    }
  });
  test('is 0 up to 384 ternary non-zeros', () => {
    expect(choosePreShift(384 * 128)).toBe(0);
    expect(choosePreShift(385 * 128)).toBe(1);
  });
  test('counts every row with its bias', () => {
    const changes = { magnitudes: Float64Array.of(3, 5), biases: Int32Array.of(-1000, 1) };
    expect(largestAccumulator(rows([1, 1], changes))).toBe(3 * 128 + 1000);
    expect(largestAccumulator(rows([1, 1], { ...changes, inputBits: 16 }))).toBe(5 * 32768 + 1);
  });
});

describe('chooseMultiplier', () => {
  const draw = new Draw(2);
  const scales = [
    1,
    2,
    0.5,
    1 - 2 ** -53,
    1 - 2 ** -16,
    1 - 2 ** -17,
    2 ** -16,
    2 ** 14,
    32767,
    3 ** -9,
    65535 / 65536,
  ];
  for (let i = 0; i < 2000; i++) scales.push(draw.real(0.5, 1) * 2 ** draw.integer(-15, 14));

  test('errs by half a unit at most, with 15 bits', () => {
    for (const s of scales) {
      const { m, n } = chooseMultiplier(s, 0);
      expect(m).toBeGreaterThanOrEqual(2 ** 14);
      expect(m).toBeLessThan(2 ** 15);
      expect(n).toBeGreaterThanOrEqual(0);
      expect(n).toBeLessThanOrEqual(30);
      expect(Math.abs(m * 2 ** -n - s)).toBeLessThanOrEqual(2 ** -(n + 1));
    }
  });
  test('the pre-shift comes off the shift', () => {
    for (const s of [1, 0.3, 0.001]) {
      const { m, n } = chooseMultiplier(s, 0);
      expect(chooseMultiplier(s, 3)).toEqual({ m, n: n - 3 });
    }
  });
  test('a multiplier that rounds up to 2^15 becomes 2^14 and one shift less', () => {
    expect(chooseMultiplier(1 - 2 ** -17, 0)).toEqual({ m: 2 ** 14, n: 14 });
  });
  test('very small scales have fewer bits, then none', () => {
    expect(chooseMultiplier(2 ** -30, 0)).toEqual({ m: 1, n: 30 });
    expect(chooseMultiplier(2 ** -31, 0)).toEqual({ m: 1, n: 30 });
    expect(() => chooseMultiplier(2 ** -32, 0)).toThrow('rounds to zero');
  });
  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 15, 1e308, 5e-324])('refuses %s', (s) => {
    expect(() => chooseMultiplier(s, 0, 7)).toThrow(ScaleRangeError);
    expect(() => chooseMultiplier(s, 0, 7)).toThrow('row 7');
  });
});

describe('chooseRowScale', () => {
  test('multiplier: pre from the largest row, one pair a row, zero rows get the scale 1', () => {
    const magnitudes = Float64Array.of(1000, 0, 3);
    const scale = choose('multiplier', [0.01, 99, 0.02], { magnitudes });
    expect(scale).toMatchObject({ kind: 'multiplier', pre: choosePreShift(128_000) });
    expect(realScale(scale, 1)).toBe(1);
    for (const [j, s] of [0.01 * 32, 1, 0.02 * 32].entries())
      expect(Math.abs(realScale(scale, j) / s - 1)).toBeLessThan(2 ** -14);
  });
  test('shift: the nearest power of two in the logarithm, one left shift for the matrix', () => {
    const scale = choose('shift', [1 / 32, 1 / 16, 1 / 64, 0.0313, 1 / 45], { outputFraction: 12 });
    expect(scale).toEqual({ kind: 'shift', left: 1, n: Uint8Array.of(1, 0, 2, 1, 1) });
    expect([0, 1, 2].map((j) => realScale(scale, j))).toEqual([1, 2, 0.5]);
  });
  test('shift: ties of the logarithm', () => {
    const at = (s: number): number => realScale(choose('shift', [s / 32]), 0);
    expect([1.41, 1.42, 2.82, 2.83, 0.7, 0.71].map(at)).toEqual([1, 2, 2, 4, 0.5, 1]);
  });
  test('shift: no left shift without a scale above 1', () => {
    expect(choose('shift', [2 ** -10, 2 ** -8])).toEqual({ kind: 'shift', left: 0, n: Uint8Array.of(5, 3) });
  });
  test('takes as many rows as the largest model has', () => {
    const scales = new Array<number>(4 * 65535).fill(2 ** -6);
    expect(choose('shift', scales).n.every((n) => n === 1)).toBe(true);
    expect(choose('multiplier', scales).n.length).toBe(4 * 65535);
  });
  test.each(['shift', 'multiplier'] as const)('%s: refuses what has no form and names the row', (kind) => {
    for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** -60, 2 ** 40]) {
      const error = (() => {
        try {
          return choose(kind, [0.01, bad]);
        } catch (caught) {
          return caught;
        }
      })();
      expect(error).toBeInstanceOf(ScaleRangeError);
      expect((error as ScaleRangeError).row).toBe(1);
    }
  });
});

describe('quantizeBias', () => {
  test('rounds to the nearest accumulator unit, ties up', () => {
    expect(quantizeBias(1, 0.5, 7)).toBe(256);
    expect(quantizeBias(2.5, 1, 0)).toBe(3);
    expect(quantizeBias(-2.5, 1, 0)).toBe(-2);
    expect(Object.is(quantizeBias(-0.25, 1, 0), 0)).toBe(true);
  });
  test('refuses codes beyond 2^30', () => {
    expect(quantizeBias(2 ** 30, 1, 0)).toBe(2 ** 30);
    for (const bias of [2 ** 30 + 1, -(2 ** 30) - 1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => quantizeBias(bias, 1, 0, 3)).toThrow(/row 3.*beyond 2\^30/);
  });
});

describe('chooseFraction', () => {
  test('is the largest with room for the value and 10 %', () => {
    const draw = new Draw(3);
    for (let i = 0; i < 1000; i++) {
      const largest = draw.real(0.5, 1) * 2 ** draw.integer(-3, 13);
      for (const bits of [8, 16] as const) {
        const fraction = chooseFraction(largest, bits);
        const most = 2 ** (bits - 1) - 1;
        if (fraction > 0) expect(largest * 1.1 * 2 ** fraction).toBeLessThanOrEqual(most * (1 + 1e-12));
        if (fraction < bits - 1) expect(largest * 1.1 * 2 ** (fraction + 1)).toBeGreaterThan(most);
      }
    }
  });
  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
    'an output that was always %s gets all fraction bits',
    (largest) => {
      expect(chooseFraction(largest, 16)).toBe(15);
    },
  );
});
