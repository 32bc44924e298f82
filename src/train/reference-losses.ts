import type { LossName } from '../tasks/task.js';
import type { Distillation } from './engine/run.js';

/** The target of one row: a class (below 0: none), or a value for each output (NaN: none). */
export type ReferenceTarget = number | Float64Array;

/** What a loss is computed of, beside outputs and target. */
export interface ReferenceLossOptions {
  /** Of each output; default 1. */
  readonly weights?: Float64Array | undefined;
  readonly teacher?: Float64Array | undefined;
  readonly distillation?: Distillation | undefined;
}

/** A loss of the engine, restated in float64: of one row, weighted. */
export interface ReferenceLoss {
  /** Sum of the weights of the targets. */
  weight(target: ReferenceTarget, weights?: Float64Array): number;
  of(
    y: Float64Array,
    target: ReferenceTarget,
    options: ReferenceLossOptions,
  ): { readonly loss: number; readonly gradient: Float64Array };
}

/** Softmax at a temperature. */
function softmax(logits: Float64Array, temperature: number): Float64Array {
  const most = Math.max(...logits);
  const powers = logits.map((y) => Math.exp((y - most) / temperature));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((p) => p / total);
}

const crossEntropy: ReferenceLoss = {
  weight: (target, weights) => (Number(target) < 0 ? 0 : (weights?.[Number(target)] ?? 1)),
  of(y, target, { weights, teacher, distillation }) {
    const label = Number(target);
    const weight = crossEntropy.weight(label, weights);
    if (weight === 0) return { loss: 0, gradient: y.map(() => 0) };
    const own = softmax(y, 1);
    const [soft, temperature] = [distillation?.weight ?? 0, distillation?.temperature ?? 1];
    let loss = -(1 - soft) * Math.log(own[label]!);
    const gradient = own.map((q, j) => (1 - soft) * (q - (j === label ? 1 : 0)));
    if (soft > 0 && teacher !== undefined) {
      const [student, target] = [softmax(y, temperature), softmax(teacher, temperature)];
      target.forEach((q, j) => {
        loss += soft * temperature ** 2 * q * Math.log(q / student[j]!);
        gradient[j]! += soft * temperature * (student[j]! - q);
      });
    }
    return { loss: weight * loss, gradient: gradient.map((d) => weight * d) };
  },
};

/** A loss of values by its form and slope at an error. A teacher's outputs are blended into the targets. */
const values = (form: (e: number) => number, slope: (e: number) => number): ReferenceLoss => ({
  weight: (target, weights) =>
    (target as Float64Array).reduce((sum, value, j) => (Number.isNaN(value) ? sum : sum + (weights?.[j] ?? 1)), 0),
  of(y, target, { weights, teacher, distillation }) {
    const gradient = new Float64Array(y.length);
    let loss = 0;
    (target as Float64Array).forEach((value, j) => {
      if (Number.isNaN(value)) return;
      const target = distillation && teacher ? value + distillation.weight * (teacher[j]! - value) : value;
      const weight = weights?.[j] ?? 1;
      loss += weight * form(y[j]! - target);
      gradient[j] = weight * slope(y[j]! - target);
    });
    return { loss, gradient };
  },
});

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const binaryCrossEntropy: ReferenceLoss = {
  weight: (target) => (target as Float64Array).reduce((sum, value) => (Number.isNaN(value) ? sum : sum + 1), 0),
  of(y, target, { weights, teacher, distillation }) {
    const gradient = new Float64Array(y.length);
    let loss = 0;
    (target as Float64Array).forEach((value, j) => {
      if (Number.isNaN(value)) return;
      const soft = distillation && teacher ? value + distillation.weight * (sigmoid(teacher[j]!) - value) : value;
      const weight = weights?.[j] ?? 1;
      const yes = sigmoid(y[j]!);
      loss -= weight * soft * Math.log(yes) + (1 - soft) * Math.log(1 - yes);
      gradient[j] = (1 - soft) * yes - weight * soft * (1 - yes);
    });
    return { loss, gradient };
  },
};

export const REFERENCE_LOSSES: { readonly [N in LossName]: ReferenceLoss } = {
  'cross-entropy': crossEntropy,
  'binary-cross-entropy': binaryCrossEntropy,
  mse: values(
    (e) => e * e,
    (e) => 2 * e,
  ),
  mae: values(Math.abs, Math.sign),
  huber: values(
    (e) => (Math.abs(e) <= 1 ? (e * e) / 2 : Math.abs(e) - 0.5),
    (e) => Math.max(-1, Math.min(1, e)),
  ),
};
