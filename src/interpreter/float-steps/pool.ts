import { ACTIVATION_FORMATS, type ActivationBits } from '../../ir/model.js';
import type { Arithmetic } from '../arithmetic.js';
import { add, isExact, map, mapEnds, slice, type Values } from '../intervals.js';
import type { FloatStep } from './float-step.js';
import { stepPartial, stepWindow, windowStates } from './windowed.js';

/** The largest or the mean of the last inputs, element by element (N15, N16). */
export const pool: FloatStep<'pool'> = {
  states: (layer, _bits, inputFraction) => windowStates(layer, inputFraction),
  matrices: () => [],
  step(layer, x, before, { bits }, arithmetic) {
    const { units, window: count, outputFraction } = layer;
    const largest = ACTIVATION_FORMATS[bits].largest * 2 ** -outputFraction;
    const all = (window: Values): Values[] =>
      Array.from({ length: count }, (_, k) => slice(window, k * units, (k + 1) * units));
    const limited = (y: Values): Values => arithmetic.limit(y, -largest, largest);
    const isMax = layer.function === 'max';
    const meanOf = (sum: Values): Values => limited(mean(sum, count, outputFraction, bits, arithmetic));
    if (layer.keeps === 'partial') {
      const input = x.values as Values;
      const join = isMax ? largestOf : add;
      return stepPartial(
        layer,
        before,
        (partial, seen) => (seen === 0 ? input : join(partial, input)),
        isMax ? limited : meanOf,
      );
    }
    return stepWindow(layer, x, before, (window) => {
      const inputs = all(window);
      return isMax ? limited(inputs.reduce(largestOf)) : meanOf(inputs.reduce(add));
    });
  },
};

/** The larger of two vectors, element by element. */
function largestOf(a: Values, b: Values): Values {
  const low = map(a.low, (value, j) => Math.max(value, b.low[j]!));
  return { low, high: isExact(a) && isExact(b) ? low : map(a.high, (value, j) => Math.max(value, b.high[j]!)) };
}

/** A multiplier of 15 bits is right to 2^-15 of it; sums of many codes lose their lowest bits before (N2, N3). */
function mean(sum: Values, count: number, fraction: number, bits: ActivationBits, arithmetic: Arithmetic): Values {
  const exact = mapEnds(sum, (value) => value / count);
  if (!arithmetic.rounds) return exact;
  const lost = Math.max(0, Math.ceil(Math.log2((count * 2 ** (bits - 1)) / 49_149)));
  const dropped = lost === 0 ? 0 : (2 ** (lost - 1) / count) * 2 ** -fraction;
  const slack = (x: number): number => Math.abs(x) * 2 ** -14.9 + dropped * 1.001;
  const wider = { low: map(exact.low, (x) => x - slack(x)), high: map(exact.high, (x) => x + slack(x)) };
  return arithmetic.round(wider, fraction);
}
