import type { OpDef } from './op.js';

/** Counts, and ends the phase until the count is there: what follows steps less often than what is in front (N15). */
export const wait: OpDef<'wait'> = {
  elementwise: false,
  arity: 1,
  infer({ attributes: { first, stride } }, [count]) {
    if (count!.length !== 1 || count!.dtype !== 's16') throw new RangeError('a count is one s16');
    if (first < 1 || stride < 1 || first > 32767 || stride > 32767)
      throw new RangeError(`a count cannot begin at ${first} and go on by ${stride}`);
    const min = Math.min(count!.min + 1, first - stride);
    const max = Math.max(first - stride, Math.min(count!.max + 1, first - 1));
    return { dtype: 's16', fraction: 0, length: 1, min, max };
  },
  evaluate({ attributes: { first, stride } }, [count], output) {
    const next = count![0]! + 1;
    output[0] = next < first ? next : first - stride;
  },
  ends: ({ attributes: { first } }, [count]) => count![0]! + 1 < first,
};
