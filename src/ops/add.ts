import { type OpDef, requireInt32, requireLength } from './op.js';

/** out = a + b, s32. */
export const add: OpDef<'add'> = {
  elementwise: true,
  arity: 2,
  infer(_op, [a, b]) {
    requireLength(a!.length, b!.length, 'the second operand of an addition');
    if (a!.fraction !== b!.fraction) throw new RangeError(`fractions ${a!.fraction} and ${b!.fraction} cannot be added`);
    const [min, max] = [a!.min + b!.min, a!.max + b!.max];
    requireInt32(min, max, 'a sum');
    return { dtype: 's32', fraction: a!.fraction, length: a!.length, min, max };
  },
  evaluate(_op, [a, b], output) {
    for (let i = 0; i < output.length; i++) output[i] = a![i]! + b![i]!;
  },
};
