import { clamp } from '../fixed/fixed.js';
import { type OpDef, requireDType } from './op.js';

/** out = clamp(a, -limit, limit), or `initial` where count <= 0: what a sequence has given so far (N16). */
export const resume: OpDef<'resume'> = {
  elementwise: false,
  arity: 2,
  infer({ attributes: { initial, limit } }, [a, count]) {
    if (count!.length !== 1 || count!.dtype !== 's16') throw new RangeError('a count is one s16');
    const { dtype, fraction, length } = a!;
    const [low, high] = [clamp(a!.min, -limit, limit), clamp(a!.max, -limit, limit)];
    const [min, max] = [Math.min(initial, low), Math.max(initial, high)];
    requireDType(dtype, Math.min(-limit, min), Math.max(limit, max));
    return { dtype, fraction, length, min, max };
  },
  evaluate({ attributes: { initial, limit } }, [a, count], output) {
    const begins = count![0]! <= 0;
    for (let j = 0; j < output.length; j++) output[j] = begins ? initial : clamp(a![j]!, -limit, limit);
  },
};
