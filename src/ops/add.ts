import { boundsOf, mapBounds, type OpDef, requireLength } from './op.js';

/** out = a + b, s32. */
export const add: OpDef<'add'> = {
  elementwise: true,
  arity: 2,
  infer(_op, [a, b]) {
    requireLength(a!.length, b!.length, 'the second operand of an addition');
    if (a!.fraction !== b!.fraction)
      throw new RangeError(`fractions ${a!.fraction} and ${b!.fraction} cannot be added`);
    const [first, second] = [boundsOf(a!), boundsOf(b!)];
    const range = mapBounds(a!.length, 'a sum', (j) => [
      first.low[j]! + second.low[j]!,
      first.high[j]! + second.high[j]!,
    ]);
    return { dtype: 's32', fraction: a!.fraction, length: a!.length, ...range };
  },
  evaluate(_op, [a, b], output) {
    for (let i = 0; i < output.length; i++) output[i] = a![i]! + b![i]!;
  },
};
