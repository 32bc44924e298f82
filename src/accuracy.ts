import type { Dataset, Split } from './data/dataset.js';
import { evaluationPieces } from './data/pieces.js';
import { fixedOutputs } from './interpreter/fixed-outputs.js';
import { quantizedFloatOutputs } from './interpreter/quantized-float.js';
import type { Codes, Model } from './ir/model.js';
import type { Program } from './ir/program.js';

/** How a network does: mean cross-entropy in nats, share of right classes. */
export interface Score {
  readonly loss: number;
  readonly accuracy: number;
}

/** A model on one split: deployment facts side by side. */
export interface Accuracy {
  /** Sequences or, of a stream, pieces. */
  readonly sequences: number;
  /** Classes that were asked for. */
  readonly count: number;
  /** Accuracy of the full-precision twin as recorded by the trainer, or null where there is none. */
  readonly float: number | null;
  /** Quantized weights, float arithmetic, exact nonlinearities. */
  readonly quantized: Score;
  /** The interpreter's integers, which are those of the C. */
  readonly fixed: Score;
  /** Decisions on which the last two disagree. */
  readonly changed: number;
  /** Of the fixed-point decisions: [wanted * classes + decided]. */
  readonly confusion: Int32Array;
}

/** What may be asked of a data set here: which classes are wanted at which steps. */
type Task = Pick<Dataset, 'labels' | 'everyStep' | 'stream' | 'input'>;

/** Outputs of one sequence: one row of real logits for each step, or for the last step alone. */
type Outputs = readonly ArrayLike<number>[];

/** Measures a model on at most `most` sequences, or pieces of streams, of a split. */
export function measureAccuracy(model: Model, program: Program, task: Task, split: Split, most?: number): Accuracy {
  const classes = task.labels.length;
  const pieces = evaluationPieces(task, split);
  const sequences = pieces.sequences.slice(0, most);
  const confusion = new Int32Array(classes * classes);
  const sums = { quantized: { loss: 0, right: 0 }, fixed: { loss: 0, right: 0 } };
  let [count, changed] = [0, 0];
  sequences.forEach((codes: Codes, i) => {
    const quantized: Outputs = quantizedFloatOutputs(model, codes, task.everyStep);
    const fixed: Outputs = fixedOutputs(model, program, codes, task.everyStep);
    fixed.forEach((logits, t) => {
      const wanted = pieces.targets[i]![t]!;
      if (wanted < 0) return;
      count++;
      const decided = note(sums.fixed, logits, wanted);
      if (note(sums.quantized, quantized[t]!, wanted) !== decided) changed++;
      confusion[wanted * classes + decided]!++;
    });
  });
  const score = ({ loss, right }: { loss: number; right: number }): Score => ({
    loss: loss / count,
    accuracy: right / count,
  });
  const recorded = model.training.floatTestAccuracy;
  return {
    sequences: sequences.length,
    count,
    float: typeof recorded === 'number' ? recorded : null,
    quantized: score(sums.quantized),
    fixed: score(sums.fixed),
    changed,
    confusion,
  };
}

/** Adds a decision to the sums; returns the class: lowest index of the largest logit. */
function note(sums: { loss: number; right: number }, logits: ArrayLike<number>, wanted: number): number {
  let best = 0;
  for (let j = 1; j < logits.length; j++) if (logits[j]! > logits[best]!) best = j;
  let sum = 0;
  for (let j = 0; j < logits.length; j++) sum += Math.exp(logits[j]! - logits[best]!);
  sums.loss += Math.log(sum) + logits[best]! - logits[wanted]!;
  if (best === wanted) sums.right++;
  return best;
}

export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
