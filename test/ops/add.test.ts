import { describeOp } from './describe-op.js';
import { tensor } from './op-cases.js';

describeOp('add', {
  exact: (_, [a, b]) => a!.map((v, j) => v + b![j]!),
  refused: {
    'a sum above 32 bits': [{}, tensor('s32', 2), tensor('s32', 2, [0, 1])],
    'a sum below 32 bits': [{}, tensor('s32', 2, [-1, 0]), tensor('s32', 2)],
    'operands of other lengths': [{}, tensor('s32', 2, [0, 1]), tensor('s32', 3, [0, 1])],
    'operands of other fractions': [{}, tensor('s32', 2, [0, 1], 12), tensor('s32', 2, [0, 1], 11)],
  },
});
