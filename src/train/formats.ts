import type { Dataset } from '../data/dataset.js';
import { type Criterion, isBetter, type Score } from '../tasks/task.js';
import { makeBatches } from './batches.js';
import { updatesOf } from './defaults.js';
import type { MethodName } from './methods/index.js';
import { type CheckedTrainOptions, checkTrainOptions, type TrainOptions } from './options.js';
import { selection } from './selection.js';
import { type TrialSurroundings, trainNamed } from './trials.js';

/** Weight formats that are compared, in the order of their bits. */
export const COMPARED_FORMATS = ['ternary', 'planes-2', 's4', 's8'] as const satisfies readonly MethodName[];
export type ComparedFormat = (typeof COMPARED_FORMATS)[number];

/** A weight format, and the units of each recurrent layer that are trained with it. */
export interface SizedFormat {
  readonly format: ComparedFormat;
  readonly units: readonly number[];
}

/** What a short training with a weight format came to. */
export interface FormatScore {
  readonly validation: Score;
  /** The figure of the validation part by which formats are compared first. */
  readonly selectedBy: Criterion;
  readonly steps: number;
}

/** Options of one weight method alone, with which there is nothing to compare. */
export const METHOD_OPTIONS = [
  'scope',
  'zeroThreshold',
  'levelStep',
  'stochastic',
  'binaryScale',
  'fractionBits',
  'integerBits',
  'exponents',
] as const satisfies readonly (keyof CheckedTrainOptions)[];

/** The short trainings are this part of the whole one. */
const SHARE = 1 / 5;

/** Options of a network with the format; the dense layers keep their own. */
export const withFormat = <O extends TrainOptions>(options: O, { format, units }: SizedFormat) => ({
  ...options,
  units: [...units],
  weights: { ...options.weights, input: format, recurrent: format },
});

/** Run folder of the short training with a format, below that of the training. */
export const formatFolder = (format: ComparedFormat): string => `auto-${format}`;

/** Options of the short training: a fifth of the updates. */
export function shortOptions(data: Dataset, options: TrainOptions, sized: SizedFormat): TrainOptions {
  const { epochs: _, ...own } = withFormat(options, sized);
  const checked = checkTrainOptions(options);
  return { ...own, steps: Math.max(1, Math.round(SHARE * updatesOf(checked, makeBatches(data, checked).perEpoch))) };
}

/**
 * Trains each format for a fifth of the updates, from scratch, in the given order.
 * @param nameOf name of the training whose folder is this one, for surroundings.folder
 */
export async function scoreFormats<F extends SizedFormat>(
  data: Dataset,
  options: TrainOptions,
  formats: readonly F[],
  around: TrialSurroundings,
  nameOf: (name: string) => string = (name) => name,
): Promise<(F & FormatScore)[]> {
  const scored: (F & FormatScore)[] = [];
  for (const sized of formats) {
    const own = shortOptions(data, options, sized);
    const { validation, selectedBy, steps } = await trainNamed(nameOf(formatFolder(sized.format)), data, own, around);
    scored.push({ ...sized, validation, selectedBy, steps });
  }
  return scored;
}

/**
 * The format whose network is best on the validation part, by what networks of a training are compared by: the task's
 * metric or that of `--select`, then the loss. Of equal ones the first in the order of COMPARED_FORMATS.
 */
export function bestFormat<F extends SizedFormat & FormatScore>(
  data: Dataset,
  options: TrainOptions,
  scored: readonly F[],
): F {
  const criteria = selection(data.task, checkTrainOptions(options));
  return scored.reduce((best, one) => (isBetter(criteria, one.validation, best.validation) ? one : best));
}

/**
 * The format to train with: the one with the fewest bits among those that the validation part cannot distinguish from the
 * best. Two shares (accuracy, F1) are indistinguishable if they differ by at most the standard error of their difference,
 * after the one-standard-error rule (Breiman et al., Classification and Regression Trees, 1984, 3.4.3). Other metrics,
 * such as RMSE, have no known error: there the best format is chosen.
 */
export function chosenFormat<F extends SizedFormat & FormatScore>(data: Dataset, scored: readonly F[], best: F): F {
  const { metric, better } = best.selectedBy;
  if (better === 'lower') return best;
  const shareOf = ({ validation }: FormatScore): number => validation[metric]!;
  const variance = (one: FormatScore) => varianceOfShare(shareOf(one), data.validation.sequences.length);
  return scored.find((one) => shareOf(best) - shareOf(one) <= Math.sqrt(variance(best) + variance(one)))!;
}

/**
 * Variance of a share of so many sequences, by the binomial distribution, with one more on either side so that it is not 0
 * where all are right. Steps of one sequence depend on each other: they count as one.
 */
function varianceOfShare(share: number, count: number): number {
  const p = (share * count + 1) / (count + 2);
  return (p * (1 - p)) / (count + 2);
}
