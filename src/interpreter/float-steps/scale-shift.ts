import { ACTIVATION_FORMATS } from '../../ir/model.js';
import { map, type Values } from '../intervals.js';
import type { FloatStep } from './float-step.js';

/** y = x m + b, element by element (N9). */
export const scaleShift: FloatStep<'scaleShift'> = {
  states: () => ({}),
  matrices: () => [],
  step({ m, n, bias, outputFraction: f }, { values, fraction }, before, { bits }, arithmetic) {
    const { low, high } = values as Values;
    const at = (x: number, j: number): number => (x * m[j]! * 2 ** fraction + bias[j]!) * 2 ** -(n[j]! + f);
    const first = map(low, (x, j) => at(m[j]! < 0 ? high[j]! : x, j));
    const y = { low: first, high: low === high ? first : map(high, (x, j) => at(m[j]! < 0 ? low[j]! : x, j)) };
    const largest = ACTIVATION_FORMATS[bits].largest * 2 ** -f;
    return { ...before, h: arithmetic.limit(arithmetic.round(y, f), -largest, largest) };
  },
};
