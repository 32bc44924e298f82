import { boundsOf, mapBounds, type OpDef, requireLength } from './op.js';

/** out = a + bias, s32 (N4). */
export const addBias: OpDef<'addBias'> = {
  elementwise: true,
  arity: 1,
  infer({ attributes: { bias } }, [a]) {
    requireLength(a!.length, bias.length, 'a bias');
    const { low, high } = boundsOf(a!);
    const range = mapBounds(a!.length, 'an accumulator with its bias', (j) => [
      low[j]! + bias[j]!,
      high[j]! + bias[j]!,
    ]);
    return { ...a!, ...range };
  },
  evaluate({ attributes: { bias } }, [a], output) {
    for (let i = 0; i < output.length; i++) output[i] = a![i]! + bias[i]!;
  },
};
