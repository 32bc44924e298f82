import { describeOp } from './describe-op.js';
import { tensor } from './op-cases.js';

describeOp('count', {
  exact: ({ length }, [count]) => [count![0]! + 1n >= BigInt(length) ? 0n : count![0]! + 1n],
  refused: {
    'a vector': [{ length: 2 }, tensor('s16', 2)],
    'a count of 8 bits': [{ length: 2 }, tensor('s8', 1)],
    'no inputs': [{ length: 0 }, tensor('s16', 1)],
    'a window beyond s16': [{ length: 32768 }, tensor('s16', 1)],
  },
});
