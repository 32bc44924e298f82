import { boundsOf, type OpDef } from './op.js';

/** out = the elements of a, then those of b: one vector for one product. */
export const concat: OpDef<'concat'> = {
  elementwise: false,
  arity: 2,
  infer(_op, [a, b]) {
    if (a!.fraction !== b!.fraction)
      throw new RangeError(`fractions ${a!.fraction} and ${b!.fraction} cannot be one vector`);
    if (a!.dtype !== b!.dtype) throw new RangeError(`${a!.dtype} and ${b!.dtype} cannot be one vector`);
    const [first, second] = [boundsOf(a!), boundsOf(b!)];
    const bounds = { low: joined(first.low, second.low), high: joined(first.high, second.high) };
    const [min, max] = [Math.min(a!.min, b!.min), Math.max(a!.max, b!.max)];
    return { dtype: a!.dtype, fraction: a!.fraction, length: a!.length + b!.length, min, max, bounds };
  },
  evaluate(_op, [a, b], output) {
    output.set(a!);
    output.set(b!, a!.length);
  },
};

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
