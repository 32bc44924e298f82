import { clamp, requantizeMultiplier, requantizeShift } from '../fixed/fixed.js';
import type { RowScale } from '../fixed/formats.js';
import type { TensorType } from '../ir/program.js';
import { boundsOf, inferRoundShift, mapBounds, type OpDef, requireInt32, requireLength } from './op.js';

/** out_j = clamp(scale_j(a_j), min, max), s32 (N2). */
export const requantize: OpDef<'requantize'> = {
  elementwise: true,
  arity: 1,
  infer({ attributes: { scale, fraction, min, max } }, [a]) {
    requireLength(a!.length, scale.n.length, 'a row scale');
    const { low, high } = boundsOf(a!);
    const range = mapBounds(a!.length, 'a requantized value', (j) => {
      const [least, most] = scaledRange(scale, j, low[j]!, high[j]!);
      return [clamp(least, min, max), clamp(most, min, max)];
    });
    return { dtype: 's32', fraction, length: a!.length, ...range };
  },
  evaluate({ attributes: { scale, min, max } }, [a], output) {
    const { n } = scale;
    if (scale.kind === 'shift')
      for (let j = 0; j < output.length; j++) output[j] = clamp(requantizeShift(a![j]!, scale.left, n[j]!), min, max);
    else
      for (let j = 0; j < output.length; j++)
        output[j] = clamp(requantizeMultiplier(a![j]!, scale.pre, scale.m[j]!, n[j]!), min, max);
  },
};

/** Range of the int32 value that the last shift of a row scale rounds, over all rows. */
export function productRangeOf(scale: RowScale, a: TensorType): { readonly min: number; readonly max: number } {
  const { low, high } = boundsOf(a);
  return mapBounds(a.length, 'a product of a requantize', (j) => unshiftedRange(scale, j, low[j]!, high[j]!));
}

const scaledRange = (scale: RowScale, j: number, min: number, max: number): readonly [number, number] => {
  const [low, high] = unshiftedRange(scale, j, min, max);
  return inferRoundShift(low, high, scale.n[j]!);
};

function unshiftedRange(scale: RowScale, j: number, min: number, max: number): readonly [number, number] {
  if (scale.kind === 'shift') {
    if (scale.left < 0 || scale.left > 30) throw new RangeError(`a left shift of ${scale.left} is outside 0..30`);
    const gain = 2 ** scale.left;
    requireInt32(min * gain, max * gain, 'an accumulator before its shift');
    return [min * gain, max * gain];
  }
  const [low, high] = inferRoundShift(min, max, scale.pre);
  const m = scale.m[j]!;
  const products = [low * m, high * m] as const;
  const [least, most] = [Math.min(...products), Math.max(...products)];
  requireInt32(least, most, 'a product with a row multiplier');
  return [least, most];
}
