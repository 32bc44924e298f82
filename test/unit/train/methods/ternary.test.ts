import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../../src/fixed/random.js';
import type { WeightGroup } from '../../../../src/train/methods/method.js';
import { ternary } from '../../../../src/train/methods/ternary.js';
import { DETERMINISTIC, OPTIONS, shape } from './options.js';

const SHAPES = { separate: [shape(12, 5, 4)], joint: [shape(12, 5, 4), shape(12, 4, 4)] };
const random = (length: number, seed: number): Float32Array => {
  const r = new SeededRandom(seed);
  return Float32Array.from({ length }, () => r.gaussian());
};
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, v, i) => sum + v * b[i]!, 0);

describe.each(['separate', 'joint'] as const)('weight-normalised ternary, scope %s', (scope) => {
  const create = (options = {}): WeightGroup =>
    ternary.create(SHAPES[scope], { ...OPTIONS, ...options }, new SeededRandom(3));
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

  test('the gradient of the masters is that of N10, and orthogonal to the codes', () => {
    const group = create();
    const q = gradientsFor(group);
    loss(group, q);
    const gradients = group.backward(q).masters;
    const matrices = group.export();
    for (let j = 0; j < 12; j++) {
      const parts = matrices.map(({ codes, cols }, i) =>
        dot(gradients[i]!.subarray(j * cols, (j + 1) * cols), codes.subarray(j * cols, (j + 1) * cols)),
      );
      expect(parts.reduce((a, b) => a + b)).toBeCloseTo(0, 4);
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
