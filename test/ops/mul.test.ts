import { floorDivide } from '../unit/fixed/exact.js';
import { describeOp } from './describe-op.js';
import { tensor } from './op-cases.js';

describeOp('mul', {
  exact: ({ shift }, [a, b]) =>
    a!.map((v, j) => {
      const product = v * b![j]!;
      return shift === 0 ? product : floorDivide(product + 2n ** BigInt(shift - 1), 2n ** BigInt(shift));
    }),
  refused: {
    'a product beyond 32 bits': [{ shift: 15, to: 's32' }, tensor('s16', 1), tensor('s32', 1, [0, 65537])],
    'a product whose rounding leaves 32 bits': [
      { shift: 15, to: 's32' },
      tensor('s16', 1, [0, 32767]),
      tensor('s32', 1, [0, 65538]),
    ],
    'a result that the type does not hold': [{ shift: 22, to: 's8' }, tensor('s16', 1), tensor('s16', 1)],
    'factors of other lengths': [{ shift: 15, to: 's32' }, tensor('s16', 1), tensor('s16', 2)],
    'a shift of 31': [{ shift: 31, to: 's32' }, tensor('s16', 1), tensor('s16', 1)],
  },
});
