import { expect, test } from 'vitest';
import { wait } from '../../src/ops/wait.js';
import { describeOp } from './describe-op.js';
import { makeOp, tensor } from './op-cases.js';

describeOp('wait', {
  exact: ({ first, stride }, [count]) => [
    count![0]! + 1n >= BigInt(first) ? BigInt(first) - BigInt(stride) : count![0]! + 1n,
  ],
  refused: {
    'a vector': [{ first: 2, stride: 1 }, tensor('s16', 2)],
    'a count of 8 bits': [{ first: 2, stride: 1 }, tensor('s8', 1)],
    'a first input 0': [{ first: 0, stride: 1 }, tensor('s16', 1)],
    'no stride': [{ first: 2, stride: 0 }, tensor('s16', 1)],
    'a stride beyond s16': [{ first: 2, stride: 32768 }, tensor('s16', 1)],
  },
});

test.each([
  [1, 1, '11111111'],
  [3, 1, '00111111'],
  [1, 2, '10101010'],
  [3, 2, '00101010'],
  [2, 3, '01001001'],
])('first %i, stride %i: goes on at %s', (first, stride, expected) => {
  const op = makeOp('wait', { first, stride }, 1);
  const count = Int32Array.of(0);
  const goesOn = [...expected].map(() => {
    const ends = wait.ends!(op, [count]);
    wait.evaluate(op, [count], count);
    return ends ? '0' : '1';
  });
  expect(goesOn.join('')).toBe(expected);
});
