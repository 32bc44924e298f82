import type { Split } from './data/dataset.js';
import { fixedScoredOutputs } from './interpreter/anomaly-scores.js';
import { fixedOutputs } from './interpreter/fixed-outputs.js';
import { type Codes, type Model, type OutputQuantity, stepLength } from './ir/model.js';
import type { Program } from './ir/program.js';
import { taskDef } from './tasks/index.js';
import type { Targets, Task } from './tasks/task.js';

/** What a network says after one step of a sequence. */
export interface Prediction {
  /** From 1. */
  readonly step: number;
  /** The class, or what is detected, of a task that decides; otherwise null. */
  readonly decision: string | null;
  /** The probability that the network gives to a class (softmax), or null. */
  readonly probability: number | null;
  /** Of a task that finds anomalies: the score; NaN before there is one. Otherwise null. */
  readonly score: number | null;
  /** Outputs as real values: logits, or quantities in their units. */
  readonly values: readonly number[];
  /** Outputs as the integers of the chip. */
  readonly codes: readonly number[];
  /** The label that the data give, or null. */
  readonly expected: string | null;
}

/** The predictions of one sequence. */
export interface SequencePrediction {
  /** As the data call it; may be empty. */
  readonly name: string;
  readonly steps: number;
  readonly predictions: readonly Prediction[];
}

/**
 * What the fixed-point network says of each sequence of a split, from reset: the integers of the generated C.
 * @param everyStep after every step, instead of the last one alone
 */
export function predict(
  model: Model,
  program: Program,
  task: Task,
  split: Split,
  everyStep: boolean,
): SequencePrediction[] {
  const width = stepLength(model.input);
  return split.sequences.map((codes, i) => ({
    name: split.names?.[i] ?? '',
    steps: codes.length / width,
    predictions: [...predictionsOf(model, program, task, codes, width, split.targets[i]!, everyStep)],
  }));
}

function* predictionsOf(
  model: Model,
  program: Program,
  task: Task,
  codes: Codes,
  width: number,
  targets: Targets,
  everyStep: boolean,
): Generator<Prediction> {
  const gain = 2 ** -program.tensors[program.output]!.type.fraction;
  const { answer } = taskDef(task);
  const rows =
    model.anomaly === undefined
      ? fixedOutputs(model, program, codes, true)
      : fixedScoredOutputs(model, program, codes, width);
  const steps = rows.length;
  for (const [t, scored] of rows.entries()) {
    if (!everyStep && t + 1 < steps) continue;
    const outputs = Array.from(model.anomaly === undefined ? scored : scored.subarray(0, -1));
    const values = task.outputs === undefined ? outputs : inUnits(outputs, task.outputs);
    // of a whole sequence, the one target is that of its last step
    const row = task.everyStep ? t : t + 1 === steps ? 0 : null;
    yield {
      step: t + 1,
      decision: answer?.of(scored, task) ?? null,
      probability: answer?.probability?.(outputs) ?? null,
      score: answer?.score?.(scored, task) ?? null,
      values,
      codes: outputs.map((value) => value / gain),
      expected: row === null ? null : (answer?.expected(targets, row, task) ?? null),
    };
  }
}

/** Quantities of standardised outputs. */
const inUnits = (outputs: readonly number[], quantities: readonly OutputQuantity[]): number[] =>
  outputs.map((value, j) => quantities[j]!.offset + quantities[j]!.scale * value);

/** Whether a sequence has a prediction that its label contradicts. */
export const isWrong = ({ predictions }: SequencePrediction): boolean =>
  predictions.some(({ decision, expected }) => expected !== null && decision !== expected);
