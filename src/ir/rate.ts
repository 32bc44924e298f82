import type { Windowed } from './model.js';
import { repeatedSteps } from './reconstruction.js';

/** When something comes: with time step `first`, counted from 1 after a reset, and with every `stride`th one behind it. */
export interface Rate {
  readonly first: number;
  readonly stride: number;
}

const EVERY_STEP: Rate = { first: 1, stride: 1 };

/** The time steps with which each layer gives an output (N15); those of the last one are the network's. */
export function ratesOf(layers: readonly object[]): Rate[] {
  let rate = EVERY_STEP;
  return layers.map((layer) => {
    const { first, stride } = 'window' in layer ? (layer as Windowed) : EVERY_STEP;
    rate = { first: rate.first + (first - 1) * rate.stride, stride: rate.stride * stride };
    return rate;
  });
}

/** The time steps with which a network gives a new output. */
export const outputRate = (layers: readonly object[]): Rate => ratesOf(layers).at(-1) ?? EVERY_STEP;

/** Whether something of a rate comes with every step from the first one on. */
export const isEveryStep = ({ first, stride }: Rate): boolean => first === 1 && stride === 1;

/** Whether something of a rate comes with a time step, counted from 1. */
export const comesAt = ({ first, stride }: Rate, step: number): boolean =>
  step >= first && (step - first) % stride === 0;

/** The outputs of a rate within so many time steps. */
export const outputCount = ({ first, stride }: Rate, steps: number): number =>
  steps < first ? 0 : Math.floor((steps - first) / stride) + 1;

/** The most time steps of random input where a network waits for its first outputs. */
const MAX_STEPS = 512;

/** So many time steps, or as many as give three outputs, or give a window back and its score (N17). */
export function stepsOfOutputs(layers: readonly object[], least: number): number {
  const window = repeatedSteps(layers);
  if (window !== null) return Math.max(least, Math.min(MAX_STEPS, 2 * window + 2));
  const rate = outputRate(layers);
  return isEveryStep(rate) ? least : Math.max(least, Math.min(MAX_STEPS, rate.first + 2 * rate.stride));
}
