import type { Dataset } from '../data/dataset.js';
import { isBetter, type Score } from '../tasks/task.js';
import type { TrainedNetwork } from './network.js';
import { type CheckedTrainOptions, checkTrainOptions, isFloat, type TrainOptions } from './options.js';
import type { RunFolder } from './run-folder.js';
import { selection } from './selection.js';
import { type Progress, type TrainResult, type TrainSurroundings, train } from './train.js';

/** One of the trainings of which the best network is kept. */
export interface Trial {
  /** '' for the first one, else what is different: `seed-2`, `distilled`, `seed-2-distilled`. */
  readonly name: string;
  readonly seed: number;
  /** Name of the float network that is trained before it and that it is distilled from. */
  readonly twin: string | null;
}

export interface TrialResult extends Trial {
  readonly result: TrainResult;
}

/** A training's progress on a terminal. */
export interface ProgressBar {
  show(progress: Progress): void;
  stop(): void;
}

/** Surroundings of several trainings; `resume` continues those that have begun, and begins the others. */
export interface TrialSurroundings extends Omit<TrainSurroundings, 'run' | 'onProgress'> {
  /** Run folder of the training of this name. */
  readonly folder?: (name: string) => RunFolder;
  readonly progress?: (name: string, options: CheckedTrainOptions) => ProgressBar;
}

/**
 * The trainings that are asked for: `seeds` seeds from that of the options on; each from scratch, or distilled from its
 * float twin, or with the effort `thorough` once in either way. `teacher`: there is another network to distil from.
 */
export function trialsOf(
  options: CheckedTrainOptions,
  { seeds, distill, teacher }: { readonly seeds: number; readonly distill: boolean; readonly teacher: boolean },
): Trial[] {
  const both = options.effort === 'thorough' && !isFloat(options) && !teacher;
  const ways = distill ? [true] : both ? [false, true] : [false];
  return Array.from({ length: seeds }, (_, i) => options.seed + i).flatMap((seed, i) => {
    const prefix = i === 0 ? [] : [`seed-${seed}`];
    return ways.map((distilled, way) => ({
      name: [...prefix, ...(way > 0 ? ['distilled'] : [])].join('-'),
      seed,
      twin: distilled ? [...prefix, 'float'].join('-') : null,
    }));
  });
}

/** Options of the trial, and of its float twin: the float network of the same size, data and seed. */
export const optionsOf = (options: TrainOptions, { seed }: Trial): TrainOptions => ({ ...options, seed });
export function twinOptionsOf(options: TrainOptions, trial: Trial): TrainOptions {
  const weights = { input: 'none', recurrent: 'none', dense: 'none', bias: 'none' } as const;
  return { ...optionsOf(options, trial), weights, stochastic: false, scope: 'separate' };
}

/** Trains one after the other, float twins first, and gives them in this order. */
export async function runTrials(
  data: Dataset,
  options: TrainOptions,
  trials: readonly Trial[],
  around: TrialSurroundings,
): Promise<TrialResult[]> {
  const results: TrialResult[] = [];
  for (const trial of trials) {
    const teacher = trial.twin === null ? around.teacher : await trainTwin(data, options, trial, around);
    const own = { ...around, ...(teacher && { teacher }) };
    results.push({ ...trial, result: await trainNamed(trial.name, data, optionsOf(options, trial), own) });
  }
  return results;
}

async function trainTwin(
  data: Dataset,
  options: TrainOptions,
  trial: Trial,
  { teacher: _, warm: __, ...around }: TrialSurroundings,
): Promise<TrainedNetwork> {
  return (await trainNamed(trial.twin!, data, twinOptionsOf(options, trial), around)).trained;
}

/** Trains in the run folder and with the progress bar of this name. */
export async function trainNamed(
  name: string,
  data: Dataset,
  options: TrainOptions,
  { folder, progress, resume = false, ...around }: TrialSurroundings,
): Promise<TrainResult> {
  const run = folder?.(name);
  const bar = progress?.(name, checkTrainOptions(options));
  try {
    return await train(data, options, {
      ...around,
      resume: resume && run?.begun === true,
      ...(run && { run }),
      ...(bar && { onProgress: bar.show }),
    });
  } finally {
    bar?.stop();
  }
}

/** The trial whose network is best on the validation part; the first of equal ones. */
export function bestTrial(data: Dataset, options: TrainOptions, results: readonly TrialResult[]): TrialResult {
  const criteria = selection(data.task, checkTrainOptions(options));
  return results.reduce((best, one) =>
    isBetter(criteria, one.result.validation, best.result.validation) ? one : best,
  );
}

/** The best training of each seed, in the order of the seeds. */
export const bestOfSeeds = (data: Dataset, options: TrainOptions, results: readonly TrialResult[]): TrialResult[] =>
  [...new Set(results.map(({ seed }) => seed))].map((seed) =>
    bestTrial(
      data,
      options,
      results.filter((one) => one.seed === seed),
    ),
  );

/** One training of a cross-validation. */
export interface FoldResult extends TrialResult {
  /** From 1 on. */
  readonly fold: number;
}

/** Name of a training within a fold, from that outside. */
const inFold =
  (fold: number) =>
  (name: string): string =>
    name === '' ? `fold-${fold}` : `fold-${fold}-${name}`;

/**
 * Trains on every fold; of each fold and seed the best training on the validation part.
 * @param optionsFor options of a fold, from its data alone; `nameOf`: names of trainings in it
 */
export async function crossValidate(
  folds: number,
  load: (fold: number) => Promise<Dataset>,
  optionsFor: (data: Dataset, nameOf: (name: string) => string) => Promise<TrainOptions>,
  trials: readonly Trial[],
  around: TrialSurroundings,
): Promise<FoldResult[]> {
  const results: FoldResult[] = [];
  for (let fold = 1; fold <= folds; fold++) {
    const data = await load(fold);
    const nameOf = inFold(fold);
    const options = await optionsFor(data, nameOf);
    const renamed = trials.map((trial) => ({
      ...trial,
      name: nameOf(trial.name),
      twin: trial.twin === null ? null : nameOf(trial.twin),
    }));
    const own = bestOfSeeds(data, options, await runTrials(data, options, renamed, around));
    results.push(...own.map((one) => ({ ...one, fold })));
  }
  return results;
}

/** Mean of each figure over several scores, and its standard deviation (of the sample; 0 of a single one). */
export function meanAndDeviation(scores: readonly Score[]): { readonly mean: Score; readonly deviation: Score } {
  const names = Object.keys(scores[0]!);
  const over = (of: (name: string) => number) => Object.fromEntries(names.map((name) => [name, of(name)])) as Score;
  const n = scores.length;
  const mean = over((name) => scores.reduce((sum, score) => sum + score[name]!, 0) / n);
  const squares = (name: string) => scores.reduce((sum, score) => sum + (score[name]! - mean[name]!) ** 2, 0);
  return { mean, deviation: over((name) => (n === 1 ? 0 : Math.sqrt(squares(name) / (n - 1)))) };
}
