import { describeOp } from './describe-op.js';
import { tensor } from './op-cases.js';

describeOp('hold', {
  exact: (_, [held, x, count]) => (count![0]! <= 0n ? x! : held!),
  refused: {
    'two counts': [{}, tensor('s8', 4), tensor('s8', 4), tensor('s16', 2)],
    'a count of 32 bits': [{}, tensor('s8', 4), tensor('s8', 4), tensor('s32', 1)],
    'another length': [{}, tensor('s8', 4), tensor('s8', 3), tensor('s16', 1)],
    'another type': [{}, tensor('s8', 4), tensor('s16', 4), tensor('s16', 1)],
    'another fraction': [{}, tensor('s8', 4, undefined, 7), tensor('s8', 4, undefined, 6), tensor('s16', 1)],
  },
});
