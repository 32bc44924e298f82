import { expect, test } from 'vitest';
import { nextScore } from '../../src/fixed/anomaly-score.js';
import { describeOp } from './describe-op.js';
import { tensor } from './op-cases.js';

const shiftRight = (a: bigint, n: number): bigint => (n === 0 ? a : (a + 2n ** BigInt(n - 1)) >> BigInt(n));
const MOST = 2n ** 29n;

describeOp('score', {
  exact({ xLeft, pLeft, shift, smoothing, ahead }, [x, p, state]) {
    const s = state![0]!;
    // of a line the oldest vector
    const squares = x!
      .slice(0, p!.length)
      .map((v, j) => shiftRight(v * 2n ** BigInt(xLeft) - p![j]! * 2n ** BigInt(pLeft), shift) ** 2n);
    const q = squares.reduce((a, b) => a + b);
    if (s > -ahead && s <= 0n) return [s - 1n];
    const mean = s < 0n ? 0n : s > MOST ? MOST : s;
    const next = mean + shiftRight(q - mean, smoothing);
    return [next < 1n ? 1n : next > MOST ? MOST : next];
  },
  refused: {
    'fewer predictions than elements': [
      { xLeft: 0, pLeft: 0, shift: 8, smoothing: 0, ahead: 1 },
      ...([tensor('s8', 3), tensor('s16', 2), tensor('s32', 1)] as const),
    ],
    'a sum of squares beyond the largest score': [
      { xLeft: 0, pLeft: 0, shift: 1, smoothing: 0, ahead: 1 },
      ...([tensor('s8', 9), tensor('s16', 9), tensor('s32', 1)] as const),
    ],
    'a difference beyond 32 bits': [
      { xLeft: 16, pLeft: 0, shift: 20, smoothing: 0, ahead: 1 },
      ...([tensor('s16', 1), tensor('s16', 1), tensor('s32', 1)] as const),
    ],
  },
});

test('a score waits for predictions, follows its input and is at least 1', () => {
  const scores = [0];
  for (let t = 0; t < 5; t++) scores.push(nextScore(scores.at(-1)!, 1000, 1, 3));
  expect(scores).toEqual([0, -1, -2, -3, 500, 750]);
  expect(nextScore(1, 0, 0, 3)).toBe(1);
});
