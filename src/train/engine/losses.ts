import type { LossName, TrainedTargets } from '../../tasks/task.js';
import type { Kernels } from './kernels.js';
import { pad8 } from './layout.js';
import type { Distillation } from './run.js';

/** A shard's memory, seen as floats and as integers. */
export interface Words {
  readonly floats: Float32Array;
  readonly integers: Int32Array;
}

/** Where the head has what a loss reads and writes: byte offsets. */
export interface LossPlace {
  readonly rows: number;
  readonly outputs: number;
  /** Outputs of all rows, each padded to 8; the loss replaces them by its gradient. */
  readonly gradient: number;
  readonly targets: number;
  /** A weight for each output. */
  readonly weights: number;
  /** An integer: correct decisions of the last pass. */
  readonly correct: number;
  readonly logits: number;
  /** Outputs of a teacher, laid out like the logits. */
  readonly teacher: number;
  /** For one row. */
  readonly room: number;
}

/** A loss of the engine: how a shard keeps its targets, and its kernel. */
export interface LossDef {
  /** Words that the targets of one row take. */
  words(outputs: number): number;
  /** Writes row `row` of `targets` to the word `at`; null: no target. */
  write(memory: Words, at: number, targets: TrainedTargets | null, row: number, outputs: number): void;
  /** Number of the targets in memory, and the sum of their weights. */
  countTargets(memory: Words, place: LossPlace): { readonly total: number; readonly weight: number };
  /**
   * Sum of the losses of all targets, each times its weight and `scale`; writes the gradient and the correct decisions. With
   * a distillation the teacher's outputs take part.
   */
  run(k: Kernels, memory: Words, place: LossPlace, scale: number, distillation: Distillation | null): number;
}

const crossEntropy: LossDef = {
  words: () => 1,
  write({ integers }, at, classes, row) {
    integers[at] = classes?.[row] ?? -1;
  },
  countTargets({ floats, integers }, { rows, targets, weights }) {
    let [total, weight] = [0, 0];
    for (const label of integers.subarray(targets >> 2, (targets >> 2) + rows)) {
      if (label < 0) continue;
      total++;
      weight += floats[(weights >> 2) + label]!;
    }
    return { total, weight };
  },
  run(k, _, { rows, outputs, gradient, targets, weights, correct, logits, teacher, room }, scale, distillation) {
    const o = pad8(outputs);
    const hard = distillation === null ? scale : scale * (1 - distillation.weight);
    const loss = k.softmaxCrossEntropy(rows, outputs, o, gradient, targets, weights, hard, correct);
    if (distillation === null) return loss;
    const { weight, temperature } = distillation;
    const last = [scale * weight, temperature, room, gradient] as const;
    return loss + k.distillation(rows, outputs, o, logits, teacher, targets, weights, ...last);
  },
};

/** Forms of the kernel valueLoss. */
const FORMS = { mse: 0, mae: 1, huber: 2 } as const;

/** Losses of real values; a value that is no number is no target. A teacher's outputs are blended into the targets. */
const values = (form: keyof typeof FORMS): LossDef => ({
  words: pad8,
  write({ floats }, at, targets, row, outputs) {
    for (let j = 0; j < outputs; j++) floats[at + j] = targets?.[row * outputs + j] ?? Number.NaN;
  },
  countTargets({ floats }, { rows, outputs, targets, weights }) {
    let [total, weight] = [0, 0];
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < outputs; j++) {
        if (Number.isNaN(floats[(targets >> 2) + i * pad8(outputs) + j]!)) continue;
        total++;
        weight += floats[(weights >> 2) + j]!;
      }
    return { total, weight };
  },
  run(k, { integers }, { rows, outputs, gradient, targets, weights, correct, teacher }, scale, distillation) {
    const o = pad8(outputs);
    integers[correct >> 2] = 0;
    if (distillation !== null) k.blendTargets(rows * o, targets, teacher, distillation.weight);
    return k.valueLoss(rows, outputs, o, FORMS[form], gradient, targets, weights, scale);
  },
});

/** Yes or no of each output; a class weight counts for positives alone. A teacher's probabilities are blended in. */
const binaryCrossEntropy: LossDef = {
  ...values('mse'),
  countTargets(memory, place) {
    const { total } = values('mse').countTargets(memory, place);
    return { total, weight: total };
  },
  run(k, { integers }, { rows, outputs, gradient, targets, weights, correct, teacher }, scale, distillation) {
    const o = pad8(outputs);
    integers[correct >> 2] = 0;
    if (distillation !== null) {
      k.probabilities(rows * o, teacher);
      k.blendTargets(rows * o, targets, teacher, distillation.weight);
    }
    return k.binaryCrossEntropy(rows, outputs, o, gradient, targets, weights, scale);
  },
};

export const LOSSES: { readonly [N in LossName]: LossDef } = {
  'cross-entropy': crossEntropy,
  'binary-cross-entropy': binaryCrossEntropy,
  mse: values('mse'),
  mae: values('mae'),
  huber: values('huber'),
};
