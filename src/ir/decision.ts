/**
 * When the class of a stream is reported (D1 to D4 of docs/numerics.md), of the task `classify`: the margin of the largest
 * logit over the second, smoothed for each class, against a threshold; then nothing for some steps.
 */
export interface MarginDecision {
  readonly kind: 'margin';
  /** k: a smoothed margin moves by 2^-k of the difference each step. */
  readonly smoothing: number;
  /** Smoothed margin that is reported, in codes of the logits. */
  readonly threshold: number;
  /** Steps without a report after one. */
  readonly refractory: number;
  /** Index of the class that is never reported. */
  readonly background?: number;
}

/** When the outputs of a stream are reported, each for itself (D5), of the task `detect`; lists have an entry for each output. */
export interface FlagsDecision {
  readonly kind: 'flags';
  /** k, as above. */
  readonly smoothing: number;
  /** Smoothed margin of the logit over the threshold of its output (N12) that is reported, in codes of the logits. */
  readonly thresholds: readonly number[];
  /** Steps without a report of an output after one of it. */
  readonly refractory: readonly number[];
}

/** When an anomaly of a stream is reported (D6), of the task `anomaly`: smoothing and threshold are those of the score (N14). */
export interface ScoreDecision {
  readonly kind: 'score';
  /** Steps without a report after one. */
  readonly refractory: number;
}

export type Decision = MarginDecision | FlagsDecision | ScoreDecision;
export type DecisionKind = Decision['kind'];
