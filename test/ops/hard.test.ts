import { describeOp } from './describe-op.js';
import { tensor } from './op-cases.js';

const clamp = (a: bigint, low: bigint, high: bigint): bigint => (a < low ? low : a > high ? high : a);
const line = { left: 3, offset: 0, limit: 4096, min: -32639, max: 32639 };

describeOp('hard', {
  exact: ({ left, offset, limit, min, max }, [a]) =>
    a!.map((v) =>
      clamp(clamp(v, BigInt(-limit), BigInt(limit)) * 2n ** BigInt(left) + BigInt(offset), BigInt(min), BigInt(max)),
    ),
  refused: {
    'a left shift of 16': [{ ...line, left: 16 }, tensor('s32', 1)],
    'a negative left shift': [{ ...line, left: -1 }, tensor('s32', 1)],
    'a line beyond 32 bits': [{ ...line, left: 15, limit: 2 ** 17 }, tensor('s32', 1)],
    'a range beyond s16': [{ ...line, limit: 2 ** 14, max: 40000 }, tensor('s32', 1)],
  },
});
