import { describeOp } from './describe-op.js';
import { tensor } from './op-cases.js';

describeOp('addBias', {
  exact: ({ bias }, [a]) => a!.map((v, j) => v + BigInt(bias[j]!)),
  refused: {
    'a sum above 32 bits': [{ bias: Int32Array.of(0, 1) }, tensor('s32', 2)],
    'a sum below 32 bits': [{ bias: Int32Array.of(-1, 0) }, tensor('s32', 2)],
    'a bias of another length': [{ bias: new Int32Array(3) }, tensor('s32', 2, [0, 1])],
  },
});
