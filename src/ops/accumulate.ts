import type { OpDef } from './op.js';
import { requireInt32, requireLength } from './op.js';

/** out = a + bias, s32 (N4). */
export const accumulate: OpDef<'accumulate'> = {
  elementwise: true,
  arity: 1,
  infer({ attributes: { bias } }, [a]) {
    requireLength(a!.length, bias.length, 'a bias');
    let least = 0;
    let most = 0;
    for (const b of bias) {
      least = Math.min(least, b);
      most = Math.max(most, b);
    }
    const [min, max] = [a!.min + least, a!.max + most];
    requireInt32(min, max, 'an accumulator with its bias');
    return { ...a!, min, max };
  },
  evaluate({ attributes: { bias } }, [a], output) {
    for (let i = 0; i < output.length; i++) output[i] = a![i]! + bias[i]!;
  },
};
