import { ACTIVATION_FORMATS, type ActivationBits } from '../../ir/model.js';
import type { Arithmetic } from '../arithmetic.js';
import { map, slice, type Values } from '../intervals.js';
import type { FloatStep } from './float-step.js';
import { stepWindow, windowStates } from './windowed.js';

/** The largest or the mean of the last inputs, element by element (N15). */
export const pool: FloatStep<'pool'> = {
  states: (layer, _bits, inputFraction) => windowStates(layer, inputFraction),
  matrices: () => [],
  step(layer, x, before, { bits }, arithmetic) {
    const { units, window: count, outputFraction } = layer;
    const largest = ACTIVATION_FORMATS[bits].largest * 2 ** -outputFraction;
    const all = (window: Values): Values[] =>
      Array.from({ length: count }, (_, k) => slice(window, k * units, (k + 1) * units));
    return stepWindow(layer, x, before, (window) => {
      const inputs = all(window);
      const y =
        layer.function === 'max'
          ? over(inputs, (values) => Math.max(...values))
          : mean(inputs, outputFraction, bits, arithmetic);
      return arithmetic.limit(y, -largest, largest);
    });
  },
};

/** An f of the elements of several vectors that never decreases, element by element. */
function over(inputs: readonly Values[], f: (values: readonly number[]) => number): Values {
  const ends = (end: keyof Values): Float64Array =>
    map(inputs[0]![end], (_, j) => f(inputs.map((values) => values[end][j]!)));
  const low = ends('low');
  return { low, high: inputs.every((values) => values.low === values.high) ? low : ends('high') };
}

/** A multiplier of 15 bits is right to 2^-15 of it; sums of many codes lose their lowest bits before (N2, N3). */
function mean(inputs: readonly Values[], fraction: number, bits: ActivationBits, arithmetic: Arithmetic): Values {
  const count = inputs.length;
  const exact = over(inputs, (values) => values.reduce((sum, value) => sum + value, 0) / count);
  if (!arithmetic.rounds) return exact;
  const lost = Math.max(0, Math.ceil(Math.log2((count * 2 ** (bits - 1)) / 49_149)));
  const dropped = lost === 0 ? 0 : (2 ** (lost - 1) / count) * 2 ** -fraction;
  const slack = (x: number): number => Math.abs(x) * 2 ** -14.9 + dropped * 1.001;
  const wider = { low: map(exact.low, (x) => x - slack(x)), high: map(exact.high, (x) => x + slack(x)) };
  return arithmetic.round(wider, fraction);
}
