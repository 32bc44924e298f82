import { TABLES } from '../../src/fixed/tables.js';
import { floorDivide } from '../unit/fixed/exact.js';
import { describeOp } from './describe-op.js';
import { tensor } from './op-cases.js';

describeOp('lut', {
  exact: ({ table, left, shift, zero }, [a]) =>
    a!.map((v) => {
      const moved = v * 2n ** BigInt(left);
      const index = shift === 0 ? moved : floorDivide(moved + 2n ** BigInt(shift - 1), 2n ** BigInt(shift));
      const place = index + BigInt(zero);
      const entry = place < 0n ? 0n : place > 255n ? 255n : place;
      return BigInt(TABLES[table][Number(entry)]!);
    }),
  refused: {
    'a rounding constant beyond 32 bits': [{ table: 'tanh', left: 0, shift: 7, zero: 128 }, tensor('s32', 1)],
    'a left shift beyond 32 bits': [{ table: 'tanh', left: 1, shift: 0, zero: 128 }, tensor('s32', 1, [0, 2 ** 30])],
    'a left shift of 16': [{ table: 'tanh', left: 16, shift: 0, zero: 128 }, tensor('s16', 1)],
    'a negative left shift': [{ table: 'tanh', left: -1, shift: 0, zero: 128 }, tensor('s16', 1)],
    'a shift of 31': [{ table: 'tanh', left: 0, shift: 31, zero: 128 }, tensor('s16', 1)],
  },
});
