import type { DataOptions } from '../../src/data/index.js';
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

/** One training: a line of results/<grid>.jsonl. */
export interface ResultLine extends Deployed {
  readonly row: string;
  readonly seed: number;
  readonly validation: Score;
  readonly test: Score;
  readonly steps: number;
  readonly bestStep: number;
  readonly seconds: number;
  /** Share of zeros among the recurrent layers' codes. */
  readonly zeros: number;
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
  /** Sequences to measure; all if absent. */
  readonly measured?: number;
  readonly rows: Readonly<Record<string, TrainOptions & { readonly dataOptions?: DataOptions }>>;
}
