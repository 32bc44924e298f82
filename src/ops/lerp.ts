import { roundShift } from '../fixed/fixed.js';
import { inferRoundShift, type OpDef, productRange, requireLength } from './op.js';

/** Inputs n, z, h: out = n + roundShift(z * (h - n), 15), the GRU's state update (N7); z is Q15 in [0, 32767]. */
export const lerp: OpDef<'lerp'> = {
  elementwise: true,
  arity: 3,
  infer(_op, [n, z, h]) {
    requireLength(n!.length, z!.length, 'z of an interpolation');
    requireLength(n!.length, h!.length, 'h of an interpolation');
    if (z!.min < 0 || z!.max > 32767) throw new RangeError(`z of an interpolation can reach [${z!.min}, ${z!.max}]`);
    const difference = { ...h!, min: h!.min - n!.max, max: h!.max - n!.min };
    inferRoundShift(...productRange(z!, difference), 15);
    // |roundShift(z d, 15)| <= |d| with the sign of d, so the result lies between n and h
    return { ...n!, min: Math.min(n!.min, h!.min), max: Math.max(n!.max, h!.max) };
  },
  evaluate(_op, [n, z, h], output) {
    for (let i = 0; i < output.length; i++) output[i] = n![i]! + roundShift(Math.imul(z![i]!, h![i]! - n![i]!), 15);
  },
};
