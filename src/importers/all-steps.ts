import type { FloatDense } from './float-network.js';

/** All steps of a sequence side by side, which a dense layer reads. */
export interface Flattened {
  readonly source: string;
  /** Steps of a sequence there, where the file fixes them. */
  readonly steps: number | null;
  /** All steps of an output one after the other, then those of the next. */
  readonly channelsFirst: boolean;
}

/**
 * A dense layer of all steps of `units` values as a window: its columns step after step, the oldest first. Null where its weights are
 * not those of so many steps.
 */
export function windowOfSteps(
  { weights, units: rows, inputs: all }: Pick<FloatDense, 'weights' | 'units' | 'inputs'>,
  { steps, channelsFirst }: Flattened,
  units: number | null,
): { readonly weights: Float64Array; readonly inputs: number; readonly window: number } | null {
  const inputs = units ?? all / (steps ?? 1);
  const window = all / inputs;
  const fits = Number.isInteger(inputs) && Number.isInteger(window) && window === (steps ?? window);
  if (!fits || weights.length !== rows * all) return null;
  if (!channelsFirst) return { weights, inputs, window };
  const column = (k: number): number => (k % inputs) * window + Math.floor(k / inputs);
  return { weights: weights.map((_, k) => weights[k - (k % all) + column(k % all)]!), inputs, window };
}
