import type { OutputQuantity, TaskName } from '../ir/model.js';

/** What a threshold is chosen for: a precision or a recall that is to be held, or else the best F1. */
export interface ThresholdGoal {
  readonly precision?: number | undefined;
  readonly recall?: number | undefined;
}

export type { TaskName } from '../ir/model.js';

/** A loss of the engine (src/train/engine/losses.ts). */
export type LossName = 'cross-entropy' | 'binary-cross-entropy' | 'mse' | 'mae' | 'huber';

/** A task with what it knows of the data. */
export interface Task {
  readonly name: TaskName;
  /** A name for each output of the network: classes, quantities, what is detected. */
  readonly labels: readonly string[];
  /** Of `regress`: the quantities, one for each output; their targets are (value - offset) / scale. */
  readonly outputs?: readonly OutputQuantity[];
  /**
   * Of `detect`: the logit of each output from which on it is reported; absent: 0, a probability of a half. Of `anomaly`: one
   * score from which on a step is reported.
   */
  readonly thresholds?: readonly number[];
  /** Of `anomaly`: steps from an output to the input that it predicts. */
  readonly ahead?: number;
  /** Of `anomaly`: the value of 1 in its targets, which are codes. */
  readonly unit?: number;
  /** There are targets after every step, not only after the last one. */
  readonly everyStep: boolean;
}

/**
 * The targets of one sequence, a row after its last step or a row after each step: classes, one a row, -1 where there is
 * none; or values (of `detect` 0 or 1), one for each output in a row, NaN where there is none. Rows of `anomaly` are codes of the
 * inputs, multiples of `Task.unit`, the lowest integer where there is none, and end with 1 or 0: whether the step is an anomaly. So a
 * long recording takes about as many bytes for its targets as for its inputs.
 */
export type Targets = TrainedTargets | InputTargets;
/** As a loss takes them. */
export type TrainedTargets = Int32Array | Float32Array;
/** Of `anomaly`. */
export type InputTargets = Int8Array | Int16Array;

/** Figures of a network by their names; higher or lower is better, as the task says. */
export type Metrics = Readonly<Record<string, number>>;

/** Loss (mean over all targets) and metrics. */
export interface Score {
  readonly loss: number;
  readonly [metric: string]: number;
}

/** Collects the metrics of a task over rows of outputs. */
export interface Meter {
  /** Targets so far. */
  readonly total: number;
  /** Outputs (real values) of a row beside its targets; a row without a target does not count. */
  add(outputs: ArrayLike<number>, targets: Targets, row: number): void;
  /** Mean loss over all rows so far, in float64. */
  loss(): number;
  metrics(): Metrics;
  /** More than metrics, for JSON: confusion, figures of each class or output. */
  details(): Readonly<Record<string, unknown>>;
  /** The details as tables for a terminal. */
  tables(): readonly Table[];
  /** What the page of a report draws; absent where there is nothing to draw. */
  plots?(): readonly Plot[];
  /** Of `detect`: a threshold for each output, chosen on what the meter saw. */
  thresholds?(goal: ThresholdGoal): number[];
}

/** A picture of a task's outputs; each kind has a row in src/report/page/plots.ts, which draws it. */
export type Plot =
  /** Counts of decisions, [target][decided]. */
  | { readonly kind: 'confusion'; readonly labels: readonly string[]; readonly counts: readonly (readonly number[])[] }
  /** True and predicted values of one output. */
  | { readonly kind: 'scatter'; readonly name: string; readonly unit: string; readonly points: readonly Point[] }
  /** Lines over an axis: precision over recall, missed over false alarms. */
  | {
      readonly kind: 'curves';
      readonly title: string;
      readonly x: string;
      readonly y: string;
      readonly curves: readonly { readonly name: string; readonly points: readonly Point[] }[];
    };
export type Point = [x: number, y: number];

/** A table that is not laid out yet. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** A figure that a report shows: `loss`, or a name of the metrics. */
export interface ReportedFigure extends Criterion {
  /** `share` is shown in per cent, any other unit as it is. */
  readonly unit: string;
}

/** A metric by which networks are compared. */
export interface Criterion {
  /** `loss`, or a name of the metrics. */
  readonly metric: string;
  readonly better: 'higher' | 'lower';
}

/** How figures of a task are shown. */
export interface ScoreText {
  /** Columns of a table of networks, and a network's cells below them. */
  readonly columns: readonly string[];
  cells(score: Score): string[];
  /** The one figure that says how good a network is. */
  headline(score: Score): string;
  /** The curves of a training: their quantity, and its value for a loss. */
  readonly curve: { readonly quantity: string; readonly of: (loss: number) => number };
}

/** What a task says of outputs (real values). */
export interface Answer {
  of(outputs: ArrayLike<number>, task: Task): string;
  /** What the targets of a row say, or null where there is none. */
  expected(targets: Targets, row: number, task: Task): string | null;
  /** What the answer was decided by, where that is not among the outputs' own values. */
  score?(outputs: ArrayLike<number>, task: Task): number;
  /** The probability of the answer, of a task that has one answer among several. */
  probability?(outputs: ArrayLike<number>): number;
}

/** Everything that rnnq knows of a task; a new one is a file here, a row in TASKS, and its loss in the engine. */
export interface TaskDef {
  /** How a Recording becomes Targets (src/data/targets): classes of labels, values of columns, flags of either, inputs. */
  readonly targets: 'classes' | 'values' | 'flags' | 'inputs';
  /** Losses of the engine (src/train/engine/losses.ts) that may train it, the default first. */
  readonly losses: readonly [LossName, ...LossName[]];
  /** What an untrained network's loss is about. */
  firstLoss(task: Task): number;
  /** Which of two evaluations is better: the first criterion in which they differ. The first one's metric is the task's own. */
  readonly select: readonly [Criterion, ...Criterion[]];
  /** Further criteria that the option `select` of a training may name. */
  readonly alsoSelect?: readonly Criterion[];
  /** `keep`: it keeps what it needs of all outputs for plots over all thresholds. */
  meter(task: Task, keep?: boolean): Meter;
  /** What a report shows, the figure that a budget judges first. */
  figures(task: Task): readonly [ReportedFigure, ...ReportedFigure[]];
  text(task: Task): ScoreText;
  /** The decision that outputs are turned into on the chip; absent where they are values. */
  decide?(outputs: ArrayLike<number>): number;
  /** The decision in words; absent where outputs are values. */
  readonly answer?: Answer;
  /** What the targets of a data set are, for its description: `4 classes`. */
  noun(task: Task): string;
  /** Figures of the targets of one part, and how a table shows those of a label. */
  summarize(task: Task, targets: readonly Targets[]): TargetSummary;
  cell(summary: TargetSummary, label: number): string;
  /** Weights by which the targets of the outputs count alike, from the summary of the training part; absent: none. */
  balance?(summary: TargetSummary): number[];
}

export interface TargetSummary {
  /** Targets of each class or output. */
  readonly counts: readonly number[];
  /** Of flags, whose counts are positives: targets of each output in all. */
  readonly known?: readonly number[];
  /** Of quantities: null without a target. */
  readonly ranges?: readonly ({ readonly low: number; readonly mean: number; readonly high: number } | null)[];
}

/** Whether an evaluation is better than another one. A metric that has no value (NaN) is worse than any value, and decides nothing between two. */
export function isBetter({ select }: Pick<TaskDef, 'select'>, score: Score, than: Score): boolean {
  for (const { metric, better } of select) {
    const [now, before] = [score[metric]!, than[metric]!];
    if (Object.is(now, before) || now === before) continue;
    if (Number.isNaN(now) || Number.isNaN(before)) return Number.isNaN(before);
    return better === 'higher' ? now > before : now < before;
  }
  return false;
}

export const percent = (share: number): string => (Number.isNaN(share) ? '-' : `${(100 * share).toFixed(2)} %`);

/** Rows `from` to `to` of targets, as a view. */
export function targetRows(targets: Targets, from: number, to: number, task: Pick<Task, 'labels' | 'ahead'>): Targets {
  if (targets instanceof Int32Array) return targets.subarray(from, to);
  const width = task.labels.length + (task.ahead === undefined ? 0 : 1);
  return targets.subarray(from * width, to * width);
}

/** A code of the targets of `anomaly` as a value; NaN where there is none. */
export const targetValue = (targets: InputTargets, at: number, unit: number): number =>
  targets[at] === noTarget(targets) ? Number.NaN : targets[at]! * unit;

/** The code that says that there is no target. */
export const noTarget = (targets: InputTargets): number => (targets instanceof Int8Array ? -128 : -32768);

/** Targets as a loss takes them: a value for each output, without the flags of `anomaly`. */
export function trainedTargets(targets: Targets, { labels, unit = 1 }: Pick<Task, 'labels' | 'unit'>): TrainedTargets {
  if (targets instanceof Int32Array || targets instanceof Float32Array) return targets;
  const width = labels.length + 1;
  return Float32Array.from({ length: (targets.length / width) * labels.length }, (_, i) =>
    targetValue(targets, i + Math.floor(i / labels.length), unit),
  );
}
