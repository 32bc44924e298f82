import type { FormatName } from '../../ir/model.js';
import { nearestPower } from '../../quantizers/pow2.js';
import type { MethodOptions } from './method.js';

/** The codes of a weight format, and where the weights of a gate fall among them. */
export interface Alphabet {
  readonly format: (options: MethodOptions) => FormatName;
  /** Weight of code 1 before the rows are normalised, in mean magnitudes of the gate's masters. */
  readonly step: (options: MethodOptions) => number;
  /** The code of a master whose gate has the step `step`, >= 0; 0 only where every master of the gate is 0. */
  readonly code: (master: number, step: number, options: MethodOptions) => number;
}

/** -1, 0, +1: `zeroThreshold` is half a step. */
export const TERNARY: Alphabet = {
  format: () => 'ternary',
  step: ({ zeroThreshold }) => 2 * zeroThreshold,
  code: (w, step) => (w > 0.5 * step ? 1 : w < -0.5 * step ? -1 : 0),
};

/** -1, +1. */
export const BINARY: Alphabet = {
  format: () => 'binary',
  step: () => 1,
  code: (w) => (w >= 0 ? 1 : -1),
};

/**
 * Integers -largest..largest, evenly spaced. `step` is the default of the option `levelStep`: near the one of least
 * squared error on normally distributed weights.
 */
const integers = (format: FormatName, largest: number, step: number): Alphabet => ({
  format: () => format,
  step: ({ levelStep = step }) => levelStep,
  code: (w, own) => (own === 0 ? 0 : Math.max(-largest, Math.min(largest, Math.floor(w / own + 0.5)))),
});

export const PLANES_2 = integers('planes-2', 3, 0.8);
export const PLANES_3 = integers('planes-3', 7, 0.5);
export const S4 = integers('s4', 7, 0.5);

/** Steps of least squared error on normally distributed weights, for 1 to 7 powers of two beside zero. */
const POWER_STEPS = [1.5, 1.05, 0.65, 0.36, 0.19, 0.16, 0.08];
const powersOf = ({ exponents: [low, high] }: MethodOptions): number => high - low + 1;

/** 0 and +-2^k, as many powers as the window of exponents is wide. */
export const POW2: Alphabet = {
  format(options) {
    const powers = powersOf(options);
    return powers <= 2 ? 'pow2-2' : powers === 3 ? 'pow2-3' : 'pow2-7';
  },
  step: (options) => options.levelStep ?? POWER_STEPS[powersOf(options) - 1]!,
  code: (w, step, options) => (step === 0 ? 0 : nearestPower(w / step, powersOf(options))),
};
