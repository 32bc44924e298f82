import { roundShift } from '../fixed/fixed.js';
import { inferRoundShift, type OpDef, productRange, requireDType, requireLength } from './op.js';

/** out = roundShift(a * b, shift), element by element; products stay inside int32 by proof. */
export const mul: OpDef<'mul'> = {
  elementwise: true,
  arity: 2,
  infer({ attributes: { shift, to } }, [a, b]) {
    requireLength(a!.length, b!.length, 'the second factor of a product');
    const [min, max] = inferRoundShift(...productRange(a!, b!), shift);
    requireDType(to, min, max);
    return { dtype: to, fraction: a!.fraction + b!.fraction - shift, length: a!.length, min, max };
  },
  evaluate({ attributes: { shift } }, [a, b], output) {
    for (let i = 0; i < output.length; i++) output[i] = roundShift(Math.imul(a![i]!, b![i]!), shift);
  },
};
