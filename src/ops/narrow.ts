import { clamp, roundShift } from '../fixed/fixed.js';
import { inferRoundShift, type OpDef, requireDType } from './op.js';

/** out = clamp(roundShift(a, shift), min, max): a tensor in fewer bits, or copied and saturated (N7, N9). */
export const narrow: OpDef<'narrow'> = {
  elementwise: true,
  arity: 1,
  infer({ attributes: { shift, min, max, to } }, [a]) {
    const [low, high] = inferRoundShift(a!.min, a!.max, shift);
    const range = { min: clamp(low, min, max), max: clamp(high, min, max) };
    requireDType(to, range.min, range.max);
    return { dtype: to, fraction: a!.fraction - shift, length: a!.length, ...range };
  },
  evaluate({ attributes: { shift, min, max } }, [a], output) {
    for (let i = 0; i < output.length; i++) output[i] = clamp(roundShift(a![i]!, shift), min, max);
  },
};
