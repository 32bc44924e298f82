import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../../src/fixed/random.js';
import { METHODS, type MethodName } from '../../../../src/train/methods/index.js';
import type { WeightGroup } from '../../../../src/train/methods/method.js';
import { DETERMINISTIC, OPTIONS, shape } from './options.js';

const NORMALIZED = Object.values(METHODS)
  .filter(({ joint }) => joint)
  .map(({ name }) => name as MethodName);
const SHAPES = { separate: [shape(12, 5, 4)], joint: [shape(12, 5, 4), shape(12, 4, 4)] };
const CASES = NORMALIZED.flatMap((name) => (['separate', 'joint'] as const).map((scope) => ({ name, scope })));

const random = (length: number, seed: number): Float32Array => {
  const r = new SeededRandom(seed);
  return Float32Array.from({ length }, () => r.gaussian());
};
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, v, i) => sum + v * b[i]!, 0);

test('every alphabet of the chip but s8 has a method with learned gains', () => {
  expect(NORMALIZED.toSorted()).toEqual(['binary-normalized', 'planes-2', 'planes-3', 'pow2', 's4', 'ternary']);
});

describe.each(CASES)('$name, scope $scope', ({ name, scope }) => {
  const create = (options = {}): WeightGroup =>
    METHODS[name].create(SHAPES[scope], { ...OPTIONS, ...options }, new SeededRandom(3));
  /** A linear loss <q, W_eff>: its gradient with respect to W_eff is q. */
  const loss = (group: WeightGroup, q: readonly Float32Array[], share = 1): number => {
    group.quantize({ ...DETERMINISTIC, share });
    return group.effective.reduce((sum, w, i) => sum + dot(w, q[i]!), 0);
  };
  const gradientsFor = (group: WeightGroup) => group.effective.map((w, i) => random(w.length, i + 1));

  test.each([1, 0.3])('the gradient of the gains agrees with finite differences, share %d', (share) => {
    const group = create();
    const q = gradientsFor(group);
    loss(group, q, share);
    const own = group.backward(q).gains[0]!.slice();
    const gains = group.gains[0]!;
    for (let j = 0; j < gains.length; j += 3) {
      const kept = gains[j]!;
      gains[j] = kept + 1e-2;
      const above = loss(group, q, share);
      gains[j] = kept - 1e-2;
      const below = loss(group, q, share);
      gains[j] = kept;
      expect(own[j]).toBeCloseTo((above - below) / 2e-2, 3);
    }
  });

  /** Straight through the codes: the gradient of g v / ||v|| at v = codes, in float64, by central differences. */
  test('the gradient of the masters agrees with finite differences at the codes', () => {
    const group = create();
    group.gains[0]![2] = -0.7;
    const q = gradientsFor(group);
    loss(group, q);
    const found = group.backward(q).masters.map((d) => d.slice());
    const flip = (j: number) => Math.sign(group.gains[0]![j]!);
    const codes = group
      .export()
      .map(({ codes, cols }) => Float64Array.from(codes, (c, i) => c * flip(Math.floor(i / cols))));
    const row = (m: number, j: number) => {
      const { cols } = SHAPES[scope][m]!;
      return [j * cols, (j + 1) * cols] as const;
    };
    const reference = (j: number): number => {
      const parts = codes.map((v, m) => v.subarray(...row(m, j)));
      const norm = Math.sqrt(parts.reduce((sum, v) => sum + dot(v, v), 0));
      return (group.gains[0]![j]! / norm) * parts.reduce((sum, v, m) => sum + dot(v, q[m]!.subarray(...row(m, j))), 0);
    };
    for (const [m, v] of codes.entries())
      for (let i = 0; i < v.length; i++) {
        const j = Math.floor(i / SHAPES[scope][m]!.cols);
        const kept = v[i]!;
        v[i] = kept + 1e-4;
        const above = reference(j);
        v[i] = kept - 1e-4;
        const below = reference(j);
        v[i] = kept;
        expect(found[m]![i], `matrix ${m}, element ${i}`).toBeCloseTo((above - below) / 2e-4, 4);
      }
  });

  test('a negative gain flips its row: what is exported is what the forward pass used', () => {
    const group = create({ rowScale: 'shift' });
    group.gains[0]![1] = -0.5;
    group.quantize(DETERMINISTIC);
    for (const [m, { codes, scales, cols }] of group.export().entries())
      for (const [i, w] of group.effective[m]!.entries()) {
        const scale = scales[Math.floor(i / cols)]!;
        expect(scale).toBeGreaterThan(0);
        expect(Number.isInteger(Math.log2(scale))).toBe(true);
        expect(codes[i]! * scale).toBeCloseTo(w, 6);
      }
  });
});
