import type { OpDef } from './op.js';

/** The lowest index of the maximum (N9), one s32. */
export const argmax: OpDef<'argmax'> = {
  elementwise: false,
  arity: 1,
  infer: (_op, [y]) => ({ dtype: 's32', fraction: 0, length: 1, min: 0, max: y!.length - 1 }),
  evaluate(_op, [y], output) {
    let best = 0;
    for (let i = 1; i < y!.length; i++) if (y![i]! > y![best]!) best = i;
    output[0] = best;
  },
};
