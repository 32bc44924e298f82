import type { Rates } from './defaults.js';
import type { CheckedTrainOptions } from './options.js';

/** Where cosine and linear schedules end. */
const FINAL_RATE = 0.01;

type Schedule = CheckedTrainOptions['schedule'];
/** Factor of the peak rate after the warm-up; progress 0..1. */
const SHAPES: { readonly [K in Schedule]: (progress: number) => number } = {
  cosine: (progress) => FINAL_RATE + (1 - FINAL_RATE) * 0.5 * (1 + Math.cos(Math.PI * progress)),
  linear: (progress) => FINAL_RATE + (1 - FINAL_RATE) * (1 - progress),
  constant: () => 1,
};

/** Learning rate of update `step` of `steps`: linear warm-up, then the schedule (cosine: Loshchilov & Hutter 2017). */
export function rateAt(
  step: number,
  steps: number,
  { rate, warmUp, schedule }: Pick<CheckedTrainOptions, 'warmUp' | 'schedule'> & Pick<Rates, 'rate'>,
): number {
  const progress = (step + 1) / steps;
  if (progress < warmUp) return (rate * progress) / warmUp;
  return rate * SHAPES[schedule](warmUp === 1 ? 1 : (progress - warmUp) / (1 - warmUp));
}
