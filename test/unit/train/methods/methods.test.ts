import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../../src/fixed/random.js';
import { METHODS, type MethodName } from '../../../../src/train/methods/index.js';
import { glorotLimit, learningRateScale, type MethodOptions } from '../../../../src/train/methods/method.js';
import { BatchNormalizedGroup } from '../../../../src/train/methods/normalize.js';
import { DETERMINISTIC, OPTIONS, shape } from './options.js';

/** Effective weights of given masters, one row. */
function levels(name: MethodName, masters: readonly number[], options: Partial<MethodOptions> = {}, seed?: number) {
  const own = shape(1, masters.length, 1);
  const group = METHODS[name].create([own], { ...OPTIONS, ...options }, new SeededRandom(1), [
    Float32Array.from(masters),
  ]);
  group.quantize({ ...DETERMINISTIC, random: seed === undefined ? null : new SeededRandom(seed) });
  return Array.from(group.effective[0]!);
}
const near = (found: readonly number[], wanted: readonly number[]) =>
  found.forEach((v, i) => void expect(v, `element ${i}`).toBeCloseTo(wanted[i]!, 6));

describe('deterministic levels', () => {
  test('binary: +H from zero on', () => {
    near(levels('binary', [0, -1e-9, 2, -0.3]), [1, -1, 1, -1]);
    near(levels('binary', [0.1, -0.1], { binaryScale: 0.25 }), [0.25, -0.25]);
    const limit = glorotLimit(shape(1, 2, 1));
    near(levels('binary', [0.1, -0.1], { binaryScale: 'glorot' }), [limit, -limit]);
  });

  test('ternary-connect: above W0 / 2, at or below -W0 / 2', () => {
    const w0 = Math.sqrt(6 / 6);
    near(levels('ternary-connect', [0.5, 0.51, -0.5, -0.49, 0]), [0, w0, -w0, 0, 0]);
  });

  test('pow2-ternary: half away from zero, saturated', () => {
    near(levels('pow2-ternary', [0.24, 0.25, -0.25, 3, -3, 0]), [0, 0.5, -0.5, 0.5, -0.5, 0]);
    const wide = { fractionBits: 2, integerBits: 1 };
    near(levels('pow2-ternary', [0.124, 0.125, -1.7, 5, -5], wide), [0, 0.25, -1.75, 1.75, -1.75]);
  });

  test('exponential: up where more than half of the way is passed, clipped to the window, no zero', () => {
    near(levels('exponential', [0.3, 0.375, 0.376, -0.7, -0.76]), [0.25, 0.25, 0.5, -0.5, -1]);
    near(levels('exponential', [0, -1e-9, 100, -100]), [2 ** -6, -(2 ** -6), 1, -1]);
    near(levels('exponential', [0.01, 3], { exponents: [-3, 1] }), [2 ** -3, 2]);
  });

  test('twn and absmean: one scale a gate', () => {
    // mean 0.5, threshold 0.35, mean of those above 0.8
    near(levels('twn', [0.2, 0.2, 0.7, -0.9]), [0, 0, 0.8, -0.8]);
    near(levels('absmean', [0.2, 0.3, 0.6, -0.9]), [0, 0.5, 0.5, -0.5]);
  });

  test('s8: the largest of the row is the largest code', () => {
    near(levels('s8', [1.27, -0.333]), [1.27, -0.33]);
    near(levels('s8', [1, -0.5], { rowScale: 'shift' }), [1, -0.5]);
  });

  /** Weights of the row [codes] whose gain is the norm of the masters. */
  const normalized = (masters: readonly number[], codes: readonly number[]) => {
    const [gain, norm] = [masters, codes].map((v) => Math.hypot(...v));
    return codes.map((code) => (gain! / norm!) * code);
  };
  test.each<[MethodName, number[], number[], Partial<MethodOptions>?]>([
    // mean magnitude 1 in all of them
    ['ternary', [0.69, -0.71, 1.6, -1], [0, -1, 1, -1]],
    ['ternary', [0.69, -0.71, 1.6, -1], [0, 0, 1, -1], { zeroThreshold: 0.9 }],
    ['binary-normalized', [0, -0.4, 2.6, -1], [1, -1, 1, -1]],
    ['planes-2', [0.39, -0.41, 2.2, -1], [0, -1, 3, -1]],
    ['planes-2', [0.39, -0.41, 2.2, -1], [1, -1, 3, -2], { levelStep: 0.5 }],
    ['planes-3', [0.24, -0.26, 2.5, -1], [0, -1, 5, -2]],
    ['s4', [0.24, -0.26, 0, 0, 0, 0, 0, 7.5], [0, -1, 0, 0, 0, 0, 0, 7]],
    ['pow2', [0.3, -0.33, 2.37, -1], [0, -1, 4, -2], { exponents: [-2, 0] }],
    ['pow2', [0.02, -1, 1.98], [0, -16, 32]],
  ])('%s: multiples of a step relative to the mean magnitude, %j', (name, masters, codes, options) => {
    near(levels(name, masters, options), normalized(masters, codes));
  });
});

describe('stochastic levels', () => {
  /** Mean over many draws of the weight of one master. */
  function mean(name: MethodName, master: number, options: Partial<MethodOptions> = {}): number {
    const drawn = levels(
      name,
      Array.from({ length: 20000 }, () => master),
      { ...options },
      5,
    );
    return drawn.reduce((a, b) => a + b) / drawn.length;
  }

  test('expectations are those of the probabilities of the paper', () => {
    expect(mean('binary', 0.4)).toBeCloseTo(0.4, 1);
    expect(mean('binary', 3)).toBe(1);
    const w0 = Math.sqrt(6 / 20001);
    expect(mean('ternary-connect', 0.3 * w0) / w0).toBeCloseTo(0.3, 1);
    expect(mean('pow2-ternary', -0.1)).toBeCloseTo(-0.1, 1);
    expect(mean('exponential', 0.3)).toBeCloseTo(0.3, 1);
  });

  test('seeded; without a generator deterministic', () => {
    const masters = Array.from({ length: 64 }, (_, i) => Math.sin(i) / 4);
    for (const name of ['binary', 'ternary-connect', 'pow2-ternary', 'exponential'] as const) {
      expect(levels(name, masters, {}, 7)).toEqual(levels(name, masters, {}, 7));
      expect(levels(name, masters, {}, 8)).not.toEqual(levels(name, masters, {}, 7));
    }
  });
});

const all = Object.keys(METHODS) as MethodName[];
describe.each(all)('%s', (name) => {
  test.each(['shift', 'multiplier'] as const)('exports what it computed with, row scale %s', (rowScale) => {
    for (const [rows, cols, units] of [
      [6, 5, 2],
      [1, 1, 1],
    ] as const) {
      const method = METHODS[name];
      const group = method.create([shape(rows, cols, units)], { ...OPTIONS, rowScale }, new SeededRandom(2));
      group.masters[0]![0] = 0;
      group.quantize({ ...DETERMINISTIC });
      const [{ codes, scales, rowScale: kind }] = group.export() as [ReturnType<typeof group.export>[0]];
      expect(scales).toHaveLength(rows);
      if (kind === 'shift') for (const s of scales) expect(Number.isInteger(Math.log2(s))).toBe(true);
      if (name === 'none') return;
      group.effective[0]!.forEach((w, i) => {
        expect(Math.fround(codes[i]! * scales[Math.floor(i / cols)]!)).toBe(w === 0 ? codes[i]! * 0 : w);
      });
    }
  });

  test('zeros stay finite, and an export has positive scales', () => {
    const group = METHODS[name].create([shape(4, 3, 2)], OPTIONS, new SeededRandom(2), [new Float32Array(12)]);
    group.quantize(DETERMINISTIC);
    expect(group.effective[0]!.every(Number.isFinite)).toBe(true);
    for (const s of group.export()[0]!.scales) expect(name === 'none' ? s >= 0 : s > 0).toBe(true);
  });

  test('share 0 is full precision, and its gradient goes to the masters alone', () => {
    const group = METHODS[name].create([shape(4, 3, 2)], OPTIONS, new SeededRandom(2));
    group.quantize({ ...DETERMINISTIC, share: 0 });
    near(Array.from(group.effective[0]!), Array.from(group.masters[0]!));
    const q = Float32Array.from({ length: 12 }, (_, i) => i - 5);
    const { masters, gains } = group.backward([q]);
    near(Array.from(masters[0]!), Array.from(q));
    for (const g of gains) expect(g.every((v) => v === 0)).toBe(true);
  });
});

test('the factor of the code of Ott et al. (2016)', () => {
  expect(learningRateScale(shape(4, 5, 4))).toBeCloseTo(1 / Math.sqrt(1.5 / 9), 12);
});

describe('batch norm of products', () => {
  const make = (rowScale: 'shift' | 'multiplier') => {
    const own = { ...OPTIONS, rowScale };
    const inner = METHODS['ternary-connect'].create([shape(4, 6, 2)], own, new SeededRandom(4));
    return new BatchNormalizedGroup(inner, { gamma: 0.1, rowScale });
  };

  test('products come out with the mean of the bias and the deviation gamma', () => {
    const group = make('multiplier');
    const random = new SeededRandom(6);
    const x = Array.from({ length: 400 }, () => Array.from({ length: 6 }, () => random.gaussian() + 0.5));
    const products = (j: number) =>
      x.map((v) => v.reduce((sum, value, i) => sum + value * group.effective[0]![j * 6 + i]!, 0));
    const moments = (j: number) => {
      const z = products(j);
      const mean = z.reduce((a, b) => a + b) / z.length;
      return { mean, variance: z.reduce((a, b) => a + (b - mean) ** 2, 0) / z.length };
    };
    for (let k = 0; k < 2; k++) {
      group.quantize(DETERMINISTIC);
      const all = [0, 1, 2, 3].map(moments);
      group.observe(
        Float64Array.from(all, (m) => m.mean),
        Float64Array.from(all, (m) => m.variance),
      );
    }
    group.quantize(DETERMINISTIC);
    for (let j = 0; j < 4; j++) {
      const { mean, variance } = moments(j);
      if (variance < 1e-6) continue; // a row of zeros
      expect(mean + group.shift()[j]!).toBeCloseTo(0, 5);
      expect(Math.sqrt(variance)).toBeCloseTo(0.1, 3);
    }
  });

  test('the gradient of gamma agrees with finite differences', () => {
    const group = make('multiplier');
    group.quantize(DETERMINISTIC);
    group.observe(Float64Array.of(0.1, -0.2, 0.3, 0), Float64Array.of(0.5, 0.1, 2, 1));
    const q = Float32Array.from({ length: 24 }, (_, i) => Math.cos(i));
    const dBias = Float32Array.of(0.3, -1, 0.2, 0.7);
    const loss = () => {
      group.quantize(DETERMINISTIC);
      const shift = group.shift();
      return (
        group.effective[0]!.reduce((s, w, i) => s + w * q[i]!, 0) + shift.reduce((s, v, j) => s + v * dBias[j]!, 0)
      );
    };
    loss();
    const own = group.backward([q], dBias).gains.at(-1)!.slice();
    const gamma = group.gains.at(-1)!;
    for (let j = 0; j < 4; j++) {
      gamma[j] = 0.11;
      const above = loss();
      gamma[j] = 0.09;
      const below = loss();
      gamma[j] = 0.1;
      expect(own[j]).toBeCloseTo((above - below) / 0.02, 3);
    }
  });

  test.each(['shift', 'multiplier'] as const)('folds into the row scales, %s', (rowScale) => {
    const group = make(rowScale);
    group.gains.at(-1)![2] = -0.3;
    group.quantize(DETERMINISTIC);
    const [{ codes, scales }] = group.export() as [ReturnType<typeof group.export>[0]];
    group.effective[0]!.forEach((w, i) => {
      expect(codes[i]! * scales[Math.floor(i / 6)]!).toBeCloseTo(w, 6);
      if (rowScale === 'shift') expect(Number.isInteger(Math.log2(scales[Math.floor(i / 6)]!))).toBe(true);
    });
  });
});
