import { describeOp } from './describe-op.js';
import { tensor } from './op-cases.js';

describeOp('concat', {
  exact: (_, [a, b]) => [...a!, ...b!],
  refused: {
    'vectors of other fractions': [{}, tensor('s8', 2, [0, 1], 7), tensor('s8', 3, [0, 1], 6)],
    'values beyond s8': [{}, tensor('s8', 2), tensor('s16', 3)],
  },
});
