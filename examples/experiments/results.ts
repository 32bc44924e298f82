import type { DataOptions } from '../../src/data/index.js';
import type { CoreName } from '../../src/targets/cores.js';
import type { Score } from '../../src/tasks/task.js';
import type { TrainOptions } from '../../src/train/options.js';

export type Scores = Score;

/** The deployment figures of a model on one split. */
export interface Deployed {
  readonly quantized: Score;
  readonly fixed: Score;
  readonly changed: number;
  readonly count: number;
}

/** Bytes of flash and RAM, cycles of the longest step; null where the toolchain or the emulator is missing. */
export interface Takes {
  readonly flash: number | null;
  readonly ram: number | null;
  readonly cycles: number | null;
  /** Of a network that has an output every few steps: the mean of these. */
  readonly mean?: number;
}

/** One training: a line of results/<grid>.jsonl. */
export interface ResultLine extends Deployed {
  readonly row: string;
  readonly seed: number;
  /** Which part of the grid's folds was the test part, from 1. */
  readonly fold?: number;
  /** Of classes of whole sequences: which of the test part were decided wrongly in fixed point, from 0. */
  readonly wrong?: readonly number[];
  readonly validation: Score;
  readonly test: Score;
  readonly steps: number;
  readonly bestStep: number;
  readonly seconds: number;
  /** Share of zeros among the recurrent layers' codes. */
  readonly zeros: number;
  /** What the model takes on each core of the grid's `cores`, as `rnnq report --cycles` measures it. */
  readonly takes?: Readonly<Record<string, Takes>>;
  /** Measured on other data, read as the training data were. */
  readonly extra?: Deployed;
}

/** A grid: data, options of every training, and rows of those that differ. */
export interface Grid {
  readonly data: string;
  readonly dataOptions?: DataOptions;
  readonly extraTest?: string;
  readonly extraTestOptions?: DataOptions;
  readonly train: TrainOptions;
  /** Each row trains so often, and each time another part of the data is the test part. */
  readonly folds?: number;
  /** Sequences to measure; all if absent. */
  readonly measured?: number;
  /** Cores on which bytes and cycles are measured. */
  readonly cores?: readonly CoreName[];
  /** Rows, or the file beside the grid that has them. */
  readonly rows: Rows | string;
}

export interface RowOptions {
  readonly dataOptions?: DataOptions;
  /** Run folder whose network the training starts from. */
  readonly warmStart?: string;
}

/** Options of each training beside those of the grid. */
export type Rows = Readonly<Record<string, TrainOptions & RowOptions>>;
