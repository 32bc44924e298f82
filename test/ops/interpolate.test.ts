import { TABLES } from '../../src/fixed/tables.js';
import { floorDivide } from '../unit/fixed/exact.js';
import { describeOp } from './describe-op.js';
import { tensor } from './op-cases.js';

describeOp('interpolate', {
  exact: ({ table, left, shift }, [a]) =>
    a!.map((v) => {
      const unit = 2n ** BigInt(shift);
      const moved = v * 2n ** BigInt(left);
      const k = floorDivide(moved, unit) + 128n;
      const entry = (index: bigint): bigint => BigInt(TABLES[table][Number(index)]!);
      if (k < 0n) return entry(0n);
      if (k >= 255n) return entry(255n);
      const between = (entry(k + 1n) - entry(k)) * (moved - (k - 128n) * unit);
      return entry(k) + (shift === 0 ? 0n : floorDivide(between + unit / 2n, unit));
    }),
  refused: {
    'a position beyond 32 bits': [{ table: 'tanh', left: 1, shift: 0 }, tensor('s32', 1, [0, 2 ** 30])],
    'a distance to the limits beyond 32 bits': [{ table: 'tanh', left: 0, shift: 8 }, tensor('s32', 1)],
    'a left shift of 16': [{ table: 'tanh', left: 16, shift: 0 }, tensor('s16', 1)],
    'a negative left shift': [{ table: 'tanh', left: -1, shift: 0 }, tensor('s16', 1)],
    'a shift of 21': [{ table: 'tanh', left: 0, shift: 21 }, tensor('s16', 1)],
  },
});
