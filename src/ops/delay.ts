import { type OpDef, requireDType } from './op.js';

/** out = line without its first elements, then b: what was put in some calls ago is at the front. */
export const delay: OpDef<'delay'> = {
  elementwise: false,
  arity: 2,
  infer(_op, [line, b]) {
    if (line!.fraction !== b!.fraction)
      throw new RangeError(`fractions ${line!.fraction} and ${b!.fraction} cannot be one line`);
    if (b!.length > line!.length) throw new RangeError(`${b!.length} elements for a line of ${line!.length}`);
    const { dtype } = line!;
    if (dtype === 's32') throw new RangeError('a line has no elements of 32 bits');
    const [min, max] = [Math.min(line!.min, b!.min), Math.max(line!.max, b!.max)];
    requireDType(dtype, min, max);
    return { dtype, fraction: line!.fraction, length: line!.length, min, max };
  },
  evaluate(_op, [line, b], output) {
    output.set(line!.subarray(b!.length)); // line may be the output
    output.set(b!, line!.length - b!.length);
  },
};
