/**
 * When the class of a stream is reported (D1 to D4 of docs/numerics.md): the margin of the largest logit over the second,
 * smoothed for each class, against a threshold; then nothing for some steps.
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

export type Decision = MarginDecision;
export type DecisionKind = Decision['kind'];
