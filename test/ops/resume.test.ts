import { describeOp } from './describe-op.js';
import { tensor } from './op-cases.js';

describeOp('resume', {
  exact: ({ initial, limit }, [a, count]) => {
    const most = BigInt(limit);
    return a!.map((v) => (count![0]! <= 0n ? BigInt(initial) : v > most ? most : v < -most ? -most : v));
  },
  refused: {
    'two counts': [{ initial: 0, limit: 127 }, tensor('s8', 4), tensor('s16', 2)],
    'a count of 32 bits': [{ initial: 0, limit: 127 }, tensor('s8', 4), tensor('s32', 1)],
    'a beginning beyond its type': [{ initial: -32767, limit: 127 }, tensor('s8', 4), tensor('s16', 1)],
    'a limit beyond its type': [{ initial: 0, limit: 128 }, tensor('s8', 4), tensor('s16', 1)],
  },
});
