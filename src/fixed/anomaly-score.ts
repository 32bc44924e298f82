import { clamp, roundShift } from './fixed.js';

/** N14: largest score. */
export const MAX_SCORE = 2 ** 29;
/** N14: most steps from an output to the input that it predicts. */
export const MAX_AHEAD = 4096;
/** N14: most of log2 of the steps that a score is the mean of. */
export const MAX_SMOOTHING = 10;
/** Magnitude of the largest s16. */
const MAX_PREDICTION = 32768;

/** N14: how an input code x and a prediction p become a difference: roundShift(x 2^xLeft - p 2^pLeft, shift). */
export interface DifferenceFormat {
  readonly xLeft: number;
  readonly pLeft: number;
  /** The least for which the squares of all differences of a step sum up to MAX_SCORE at most. */
  readonly shift: number;
  /** Fraction bits of a score. */
  readonly scoreFraction: number;
}

/** What a format depends on: elements of a time step, largest input code, fraction bits of both. */
export interface ScoreOperands {
  readonly size: number;
  readonly largest: number;
  readonly inputFraction: number;
  readonly outputFraction: number;
}

export function differenceFormat({ size, largest, inputFraction, outputFraction }: ScoreOperands): DifferenceFormat {
  const common = Math.max(inputFraction, outputFraction);
  const [xLeft, pLeft] = [common - inputFraction, common - outputFraction];
  const most = largest * 2 ** xLeft + MAX_PREDICTION * 2 ** pLeft;
  let shift = 0;
  while (size * roundShift(most, shift) ** 2 > MAX_SCORE) shift++;
  return { xLeft, pLeft, shift, scoreFraction: 2 * (common - shift) };
}

/** N14: the score after a step whose squared differences sum up to q, from the score s before it. */
export function nextScore(s: number, q: number, smoothing: number, ahead: number): number {
  const before = clamp(s, -ahead, MAX_SCORE);
  if (before > -ahead && before <= 0) return before - 1;
  const mean = Math.max(before, 0);
  return clamp(mean + roundShift(q - mean, smoothing), 1, MAX_SCORE);
}

/** N14: least score that is reported, of a threshold in units of squared scaled values. */
export const scoreThreshold = (threshold: number, scoreFraction: number): number =>
  Math.ceil(threshold * 2 ** scoreFraction);
