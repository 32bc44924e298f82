import type { Dataset, Split } from './data/dataset.js';
import { evaluationPieces } from './data/pieces.js';
import { fixedScoredOutputs, floatScoredOutputs } from './interpreter/anomaly-scores.js';
import { fixedOutputs } from './interpreter/fixed-outputs.js';
import { quantizedFloatOutputs } from './interpreter/quantized-float.js';
import type { Codes, Model } from './ir/model.js';
import type { Program } from './ir/program.js';
import { taskDef } from './tasks/index.js';
import type { Meter, Score } from './tasks/task.js';

export type { Score } from './tasks/task.js';
export { percent } from './tasks/task.js';

/** A model on one split: deployment facts side by side. */
export interface Accuracy {
  /** Sequences or, of a stream, pieces. */
  readonly sequences: number;
  /** Targets. */
  readonly count: number;
  /** The first metric of the full-precision twin as recorded by the trainer, or null where there is none. */
  readonly float: number | null;
  /** Quantized weights, float arithmetic, exact nonlinearities. */
  readonly quantized: Score;
  /** The interpreter's integers, which are those of the C. */
  readonly fixed: Score;
  /** Decisions on which the last two disagree; 0 of a task that decides nothing. */
  readonly changed: number;
  /** More about the fixed-point outputs than its score. */
  readonly meter: Meter;
}

/** Outputs of one sequence: one row of real outputs for each step, or for the last step alone. */
type Outputs = readonly ArrayLike<number>[];

/** Measures a model on at most `most` sequences, or pieces of streams, of a split. */
export function measureAccuracy(
  model: Model,
  program: Program,
  data: Pick<Dataset, 'task' | 'stream' | 'input'>,
  split: Split,
  most?: number,
): Accuracy {
  const { task } = data;
  const def = taskDef(task);
  // a score goes on as long as its recording
  const pieces = task.ahead === undefined ? evaluationPieces(data, split) : split;
  const sequences = pieces.sequences.slice(0, most);
  const meters = { quantized: def.meter(task), fixed: def.meter(task, true) };
  let changed = 0;
  sequences.forEach((codes: Codes, i) => {
    const targets = pieces.targets[i]!;
    const { quantized, fixed } = outputsOf(model, program, codes, task.everyStep);
    fixed.forEach((outputs, row) => {
      const before = meters.fixed.total;
      meters.fixed.add(outputs, targets, row);
      meters.quantized.add(quantized[row]!, targets, row);
      const counts = meters.fixed.total > before;
      if (counts && def.decide && def.decide(outputs) !== def.decide(quantized[row]!)) changed++;
    });
  });
  const score = (meter: Meter): Score => ({ loss: meter.loss(), ...meter.metrics() });
  const recorded = model.training.floatTestAccuracy;
  return {
    sequences: sequences.length,
    count: meters.fixed.total,
    float: typeof recorded === 'number' ? recorded : null,
    quantized: score(meters.quantized),
    fixed: score(meters.fixed),
    changed,
    meter: meters.fixed,
  };
}

/** Of the quantized float network and of fixed point; with anomalies, each row ends with the score. */
function outputsOf(
  model: Model,
  program: Program,
  codes: Codes,
  everyStep: boolean,
): { readonly quantized: Outputs; readonly fixed: Outputs } {
  const { anomaly, input } = model;
  if (anomaly !== undefined)
    return {
      quantized: floatScoredOutputs(model, anomaly, codes),
      fixed: fixedScoredOutputs(model, program, codes, input.size),
    };
  return {
    quantized: quantizedFloatOutputs(model, codes, everyStep),
    fixed: fixedOutputs(model, program, codes, everyStep),
  };
}
