import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../src/fixed/random.js';
import type { LayerWeights, MethodOptions } from '../../../src/train/methods/method.js';
import { ternary } from '../../../src/train/methods/ternary.js';

const LAYER = { cell: 'gru', inputs: 5, units: 4 } as const;
const BASE: MethodOptions = { rowScale: 'multiplier', scope: 'separate', threshold: 0.7, head: 's8' };
const create = (options: Partial<MethodOptions> = {}): LayerWeights =>
  ternary.create(LAYER, { ...BASE, ...options }, new SeededRandom(3));

/** A linear loss <q, W_eff>: its gradient with respect to W_eff is q. */
function loss(layer: LayerWeights, qInput: Float32Array, qRecurrent: Float32Array): number {
  layer.quantize();
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
  return dot(layer.input, qInput) + dot(layer.recurrent, qRecurrent);
}

const random = (length: number, seed: number): Float32Array => {
  const r = new SeededRandom(seed);
  return Float32Array.from({ length }, () => r.gaussian());
};

describe.each(['separate', 'joint'] as const)('weight-normalised ternary, scope %s', (scope) => {
  test('the gradient of the gains agrees with finite differences', () => {
    const layer = create({ scope });
    const [qi, qr] = [random(layer.input.length, 1), random(layer.recurrent.length, 2)];
    loss(layer, qi, qr);
    const gradients = layer.backward(qi, qr);
    layer.masters.slice(2).forEach((gains, k) => {
      for (let j = 0; j < gains.length; j += 3) {
        const kept = gains[j]!;
        gains[j] = kept + 1e-2;
        const above = loss(layer, qi, qr);
        gains[j] = kept - 1e-2;
        const below = loss(layer, qi, qr);
        gains[j] = kept;
        expect(gradients[2 + k]![j]).toBeCloseTo((above - below) / 2e-2, 3);
      }
    });
  });

  test('the gradient of the masters is that of N10, and orthogonal to the codes', () => {
    const layer = create({ scope });
    const [qi, qr] = [random(layer.input.length, 1), random(layer.recurrent.length, 2)];
    loss(layer, qi, qr);
    const [dInput, dRecurrent] = layer.backward(qi, qr);
    const { input, recurrent } = layer.export();
    for (let j = 0; j < 12; j++) {
      const row = (a: ArrayLike<number>, cols: number) => Array.from({ length: cols }, (_, i) => a[j * cols + i]!);
      const dot = (a: number[], b: number[]) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
      const inputPart = dot(row(dInput!, 5), row(input.codes, 5));
      const recurrentPart = dot(row(dRecurrent!, 4), row(recurrent.codes, 4));
      if (scope === 'joint') expect(inputPart + recurrentPart).toBeCloseTo(0, 4);
      else {
        expect(inputPart).toBeCloseTo(0, 4);
        expect(recurrentPart).toBeCloseTo(0, 4);
      }
    }
  });

  test('what is exported is what the forward pass used', () => {
    const layer = create({ scope, rowScale: 'shift' });
    layer.masters[2]![1] = -0.5;
    layer.quantize();
    const { input, recurrent } = layer.export();
    for (const [matrix, effective] of [
      [input, layer.input],
      [recurrent, layer.recurrent],
    ] as const)
      effective.forEach((w, i) => {
        const scale = matrix.scales[Math.floor(i / matrix.cols)]!;
        expect(scale).toBeGreaterThan(0);
        expect(Number.isInteger(Math.log2(scale))).toBe(true);
        expect(matrix.codes[i]! * scale).toBeCloseTo(w, 6);
      });
  });
});
