import { clamp } from '../fixed/fixed.js';
import { type OpDef, requireDType, requireInt32 } from './op.js';

/** out = clamp(clamp(a, -limit, limit) * 2^left + offset, min, max), s16 Q15: the piecewise-linear gates of N6. */
export const hard: OpDef<'hard'> = {
  elementwise: true,
  arity: 1,
  infer({ attributes: { left, offset, limit, min, max } }, [a]) {
    if (left < 0 || left > 15) throw new RangeError(`a left shift of ${left} is outside 0..15`);
    const at = (v: number): number => clamp(v, -limit, limit) * 2 ** left + offset;
    const [low, high] = [at(a!.min), at(a!.max)];
    requireInt32(low, high, 'a piecewise-linear gate');
    const range = { min: clamp(low, min, max), max: clamp(high, min, max) };
    requireDType('s16', range.min, range.max);
    return { dtype: 's16', fraction: 15, length: a!.length, ...range };
  },
  evaluate({ attributes: { left, offset, limit, min, max } }, [a], output) {
    for (let j = 0; j < output.length; j++)
      output[j] = clamp(clamp(a![j]!, -limit, limit) * 2 ** left + offset, min, max);
  },
};
