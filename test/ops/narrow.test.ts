import { floorDivide } from '../unit/fixed/exact.js';
import { describeOp } from './describe-op.js';
import { tensor } from './op-cases.js';

describeOp('narrow', {
  exact: ({ shift, min, max }, [a]) =>
    a!.map((v) => {
      const y = shift === 0 ? v : floorDivide(v + 2n ** BigInt(shift - 1), 2n ** BigInt(shift));
      return y < BigInt(min) ? BigInt(min) : y > BigInt(max) ? BigInt(max) : y;
    }),
  refused: {
    'a rounding constant beyond 32 bits': [{ shift: 1, min: -127, max: 127, to: 's8' }, tensor('s32', 1)],
    'a range that the type does not hold': [{ shift: 0, min: -200, max: 200, to: 's8' }, tensor('s16', 1)],
    'a shift of 31': [{ shift: 31, min: -1, max: 1, to: 's8' }, tensor('s8', 1)],
    'a negative shift': [{ shift: -1, min: -1, max: 1, to: 's8' }, tensor('s8', 1)],
  },
});
