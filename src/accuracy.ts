import type { Split } from './data/dataset.js';
import { classifyFixed } from './interpreter/classify.js';
import { classifyQuantizedFloat } from './interpreter/quantized-float.js';
import type { Model } from './ir/model.js';
import type { Program } from './ir/program.js';

/** Shares of right labels on one split. */
export interface Accuracy {
  readonly sequences: number;
  /** Accuracy of the full-precision twin as recorded by the trainer, or null where there is none. */
  readonly float: number | null;
  /** Quantized weights, float arithmetic, exact nonlinearities. */
  readonly quantized: number;
  /** The interpreter's integers, which are those of the C. */
  readonly fixed: number;
  /** Sequences on which the last two disagree. */
  readonly changed: number;
}

/** Measures a model on labelled sequences; deployment facts belong side by side. */
export function measureAccuracy(model: Model, program: Program, split: Split): Accuracy {
  const quantized = classifyQuantizedFloat(model, split.sequences);
  const fixed = classifyFixed(program, split.sequences);
  const share = (classes: Int32Array) =>
    classes.reduce((n, c, i) => n + (c === split.targets[i]![0] ? 1 : 0), 0) / split.targets.length;
  const recorded = model.training.floatTestAccuracy;
  return {
    sequences: split.targets.length,
    float: typeof recorded === 'number' ? recorded : null,
    quantized: share(quantized),
    fixed: share(fixed),
    changed: fixed.reduce((n, c, i) => n + (c === quantized[i] ? 0 : 1), 0),
  };
}

export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
