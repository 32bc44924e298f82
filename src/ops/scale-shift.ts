import { clamp, roundShift } from '../fixed/fixed.js';
import { boundsOf, inferRoundShift, mapBounds, type OpDef, requireDType, requireInt32, requireLength } from './op.js';

/** out_j = clamp(roundShift(a_j m_j + bias_j, n_j), min, max) (N9). */
export const scaleShift: OpDef<'scaleShift'> = {
  elementwise: true,
  arity: 1,
  infer({ attributes: { m, n, bias, fraction, min, max, to } }, [a]) {
    for (const list of [m, n, bias]) requireLength(a!.length, list.length, 'a scaleShift constant');
    const { low, high } = boundsOf(a!);
    const range = mapBounds(a!.length, 'a scaleShift value', (j) => {
      const ends = [low[j]! * m[j]! + bias[j]!, high[j]! * m[j]! + bias[j]!] as const;
      const [least, most] = [Math.min(...ends), Math.max(...ends)];
      requireInt32(least, most, 'a scaleShift sum');
      const [first, last] = inferRoundShift(least, most, n[j]!);
      return [clamp(first, min, max), clamp(last, min, max)];
    });
    requireDType(to, range.min, range.max);
    return { dtype: to, fraction, length: a!.length, ...range };
  },
  evaluate({ attributes: { m, n, bias, min, max } }, [a], output) {
    for (let j = 0; j < output.length; j++) output[j] = clamp(roundShift(a![j]! * m[j]! + bias[j]!, n[j]!), min, max);
  },
};
