import { clamp, roundShift } from '../fixed/fixed.js';
import { inferRoundShift, type OpDef, productRange, requireDType, requireLength } from './op.js';

/**
 * Inputs n, z, h: out = clamp(n + roundShift(z * (h - n), 15), min, max), the GRU's state update (N7); z is Q15 in
 * [0, 32767]. The clamp never acts on a state the network can reach; it lets a range analysis see that.
 */
export const lerp: OpDef<'lerp'> = {
  elementwise: true,
  arity: 3,
  infer({ attributes: { min, max } }, [n, z, h]) {
    requireLength(n!.length, z!.length, 'z of an interpolation');
    requireLength(n!.length, h!.length, 'h of an interpolation');
    if (z!.min < 0 || z!.max > 32767) throw new RangeError(`z of an interpolation can reach [${z!.min}, ${z!.max}]`);
    const difference = { ...h!, min: h!.min - n!.max, max: h!.max - n!.min };
    inferRoundShift(...productRange(z!, difference), 15);
    // |roundShift(z d, 15)| <= |d| with the sign of d, so the result lies between n and h
    const range = { min: clamp(Math.min(n!.min, h!.min), min, max), max: clamp(Math.max(n!.max, h!.max), min, max) };
    requireDType('s16', range.min, range.max);
    return { dtype: 's16', fraction: n!.fraction, length: n!.length, ...range };
  },
  evaluate({ attributes: { min, max } }, [n, z, h], output) {
    for (let i = 0; i < output.length; i++)
      output[i] = clamp(n![i]! + roundShift(Math.imul(z![i]!, h![i]! - n![i]!), 15), min, max);
  },
};
