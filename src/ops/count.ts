import type { OpDef } from './op.js';

/** Counts the inputs of a window, and begins again with the next one (N17). */
export const count: OpDef<'count'> = {
  elementwise: false,
  arity: 1,
  infer({ attributes: { length } }, [a]) {
    if (a!.length !== 1 || a!.dtype !== 's16') throw new RangeError('a count is one s16');
    if (length < 1 || length > 32767) throw new RangeError(`a count cannot end at ${length}`);
    const [min, max] = [Math.min(a!.min + 1, 0), Math.max(0, Math.min(a!.max + 1, length - 1))];
    return { dtype: 's16', fraction: 0, length: 1, min, max };
  },
  evaluate({ attributes: { length } }, [a], output) {
    const next = a![0]! + 1;
    output[0] = next < length ? next : 0;
  },
};
