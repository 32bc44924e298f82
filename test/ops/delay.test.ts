import { expect, test } from 'vitest';
import { delay } from '../../src/ops/delay.js';
import { describeOp } from './describe-op.js';
import { makeOp, tensor } from './op-cases.js';

describeOp('delay', {
  exact: (_, [line, b]) => [...line!, ...b!].slice(b!.length),
  refused: {
    'more elements than the line has': [{}, tensor('s16', 2), tensor('s16', 3)],
    'elements of another fraction': [{}, tensor('s16', 4, [0, 1], 7), tensor('s16', 2, [0, 1], 6)],
    'values beyond s16': [{}, tensor('s16', 4), tensor('s32', 2)],
    'a line of 32 bits': [{}, tensor('s32', 4), tensor('s32', 2)],
  },
});

test('the line may be the output, as a state is', () => {
  const line = Int32Array.of(1, 2, 3, 4, 5);
  delay.evaluate(makeOp('delay', {}, 2), [line, Int32Array.of(8, 9)], line);
  expect([...line]).toEqual([3, 4, 5, 8, 9]);
});
