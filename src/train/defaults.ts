import type { Dataset } from '../data/dataset.js';
import { METHODS } from './methods/index.js';
import type { CheckedTrainOptions } from './options.js';

/** The shortest training that is not asked for: ten passes, but no fewer updates than these. */
const PASSES = 10;
const MIN_UPDATES = 2000;
/** Factor on the length. */
const EFFORT: { readonly [E in CheckedTrainOptions['effort']]: number } = { quick: 0.2, normal: 1, thorough: 4 };
/** Evaluations of a training at most, if their distance is not given. */
const MAX_EVALUATIONS = 100;

/** Updates of a training whose data take `perEpoch` updates a pass. */
export function updatesOf(
  { steps, epochs, effort }: Pick<CheckedTrainOptions, 'steps' | 'epochs' | 'effort'>,
  perEpoch: number,
): number {
  if (steps !== undefined) return steps;
  if (epochs !== undefined) return epochs * perEpoch;
  return Math.ceil(EFFORT[effort] * Math.max(PASSES * perEpoch, MIN_UPDATES));
}

/** Updates between evaluations: a pass over the data, or more where passes are short. */
export const evaluateEvery = (
  { evaluateEvery: given }: Pick<CheckedTrainOptions, 'evaluateEvery'>,
  perEpoch: number,
  updates: number,
): number => given ?? Math.max(perEpoch, Math.ceil(updates / MAX_EVALUATIONS));

/** Peak learning rates. */
export interface Rates {
  /** Of gains, biases and the head. */
  readonly rate: number;
  /** Factor for weight matrices. */
  readonly matrixRate: number;
}

/** Sequences: decision 0061. */
const SEQUENCE_RATES: Rates = { rate: 1.5e-2, matrixRate: 1 };
/** Symbols: gains, biases and head learn fast, masters at 6e-3, matrices without gains at 2e-2 (docs/experiments.md). */
const SYMBOL_RATES = {
  float: { rate: 0.08, matrixRate: 0.25 },
  levels: { rate: 0.08, matrixRate: 0.075 },
  signs: { rate: 0.16, matrixRate: 0.0375 },
} as const satisfies { readonly [kind: string]: Rates };

/** The rates of the options; where they give none, those that suit the data and the weight method. */
export function ratesOf(
  { rate, matrixRate, scaleRates, weights: { recurrent } }: CheckedTrainOptions,
  { input }: Pick<Dataset, 'input'>,
): Rates {
  if (rate !== undefined || matrixRate !== undefined || scaleRates || input.encoding !== 'one-hot')
    return { rate: rate ?? SEQUENCE_RATES.rate, matrixRate: matrixRate ?? SEQUENCE_RATES.matrixRate };
  // where no gain is learned, masters are the weights themselves, as in float
  if (!METHODS[recurrent].joint) return SYMBOL_RATES.float;
  return recurrent === 'ternary' || recurrent === 'binary-normalized' ? SYMBOL_RATES.signs : SYMBOL_RATES.levels;
}
