import { type OpDef, requireLength } from './op.js';

/** out = x where count <= 0, otherwise what was held (N17). */
export const hold: OpDef<'hold'> = {
  elementwise: false,
  arity: 3,
  infer(_op, [held, x, count]) {
    if (count!.length !== 1 || count!.dtype !== 's16') throw new RangeError('a count is one s16');
    requireLength(held!.length, x!.length, 'what is to be held');
    const { dtype, fraction, length } = held!;
    if (x!.dtype !== dtype || x!.fraction !== fraction)
      throw new RangeError(`${x!.dtype} of ${x!.fraction} fraction bits cannot be held as ${dtype} of ${fraction}`);
    return { dtype, fraction, length, min: Math.min(held!.min, x!.min), max: Math.max(held!.max, x!.max) };
  },
  evaluate(_op, [held, x, count], output) {
    output.set(count![0]! <= 0 ? x! : held!);
  },
};
