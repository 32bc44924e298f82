import { roundShift, saturateU8 } from '../fixed/fixed.js';
import { TABLE_RANGE, TABLES } from '../fixed/tables.js';
import { inferRoundShift, type OpDef, requireInt32 } from './op.js';

/** out = table[clamp(roundShift(a * 2^left, shift) + zero, 0, 255)], s16 Q15 (N5, N6). */
export const lut: OpDef<'lut'> = {
  elementwise: true,
  arity: 1,
  infer({ attributes: { table, left, shift, zero } }, [a]) {
    if (left < 0 || left > 15) throw new RangeError(`a left shift of ${left} is outside 0..15`);
    const [low, high] = inferRoundShift(a!.min * 2 ** left, a!.max * 2 ** left, shift);
    requireInt32(low - 255, high + zero, 'the distance of an index to its limits');
    const [min, max] = TABLE_RANGE[table];
    return { dtype: 's16', fraction: 15, length: a!.length, min, max };
  },
  evaluate({ attributes: { table, left, shift, zero } }, [a], output) {
    const entries = TABLES[table];
    for (let i = 0; i < output.length; i++)
      output[i] = entries[saturateU8(roundShift(a![i]! * 2 ** left, shift) + zero)]!;
  },
};
