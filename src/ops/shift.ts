import { boundsOf, mapBounds, type OpDef, requireLength } from './op.js';

/** out_j = floor(a_j * 2^-n_j), s32: to the right for n_j > 0, to the left for n_j < 0. Rounds nothing. */
export const shift: OpDef<'shift'> = {
  elementwise: true,
  arity: 1,
  infer({ attributes: { n, fraction } }, [a]) {
    requireLength(a!.length, n.length, 'the shifts');
    const { low, high } = boundsOf(a!);
    const range = mapBounds(a!.length, 'a shifted value', (j) => {
      if (n[j]! < -30 || n[j]! > 30) throw new RangeError(`a shift of ${n[j]} is outside -30..30`);
      return [Math.floor(low[j]! * 2 ** -n[j]!), Math.floor(high[j]! * 2 ** -n[j]!)];
    });
    return { dtype: 's32', fraction, length: a!.length, ...range };
  },
  evaluate({ attributes: { n } }, [a], output) {
    for (let j = 0; j < output.length; j++) output[j] = n[j]! > 0 ? a![j]! >> n[j]! : a![j]! << -n[j]!;
  },
};
