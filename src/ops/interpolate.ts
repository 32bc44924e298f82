import { tableLine, tablePosition } from '../fixed/fixed.js';
import { TABLE_RANGE, tableValues } from '../fixed/tables.js';
import { type OpDef, requireInt32 } from './op.js';

/** Largest shift for which the products stay in int32: neighbouring entries differ by 1024 at most. */
const MAX_SHIFT = 20;

/** The value of a table at a * 2^left, on the line between two entries, s16 Q15 (N6). */
export const interpolate: OpDef<'interpolate'> = {
  elementwise: true,
  arity: 1,
  infer({ attributes: { table, left, shift } }, [a]) {
    if (left < 0 || left > 15) throw new RangeError(`a left shift of ${left} is outside 0..15`);
    if (shift < 0 || shift > MAX_SHIFT) throw new RangeError(`a shift of ${shift} is outside 0..${MAX_SHIFT}`);
    const limit = 128 * 2 ** shift;
    requireInt32(a!.min * 2 ** left - limit, a!.max * 2 ** left + limit, 'the distance of a position to its limits');
    const [min, max] = TABLE_RANGE[table];
    return { dtype: 's16', fraction: 15, length: a!.length, min, max };
  },
  evaluate({ attributes: { table, left, shift } }, [a], output) {
    const entries = tableValues(table, true);
    for (let i = 0; i < output.length; i++) {
      const position = tablePosition(a![i]!, left, shift);
      const entry = (position >> shift) + 128;
      output[i] = tableLine(entries[entry]!, entries[entry + 1]!, position, shift);
    }
  },
};
