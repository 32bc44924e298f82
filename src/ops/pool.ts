import { mapBounds, type OpDef } from './op.js';

/** The largest or the sum over a window of vectors, element by element: one vector of `length` elements. */
export const pool: OpDef<'pool'> = {
  elementwise: false,
  arity: 1,
  infer({ attributes: { take, length } }, [a]) {
    const vectors = a!.length / length;
    if (!Number.isInteger(vectors) || vectors < 1)
      throw new RangeError(`${a!.length} elements are no vectors of ${length}`);
    const { dtype, fraction, min, max } = a!;
    if (take === 'max') return { dtype, fraction, length, min, max };
    return { dtype: 's32', fraction, length, ...mapBounds(length, 'a sum', () => [vectors * min, vectors * max]) };
  },
  evaluate({ attributes: { take, length } }, [a], output) {
    for (let j = 0; j < length; j++) {
      let value = a![j]!;
      for (let i = j + length; i < a!.length; i += length)
        value = take === 'max' ? Math.max(value, a![i]!) : value + a![i]!;
      output[j] = value;
    }
  },
};
