import { expect, test } from 'vitest';
import { lerp } from '../../src/ops/lerp.js';
import { floorDivide } from '../unit/fixed/exact.js';
import { describeOp } from './describe-op.js';
import { makeOp, tensor } from './op-cases.js';

const z = tensor('s16', 1, [0, 32767], 15);
const WIDE = { min: -32768, max: 32767 };
const exact = (n: bigint, gate: bigint, h: bigint): bigint => n + floorDivide(gate * (h - n) + 2n ** 14n, 2n ** 15n);

describeOp('lerp', {
  exact: ({ min, max }, [n, gate, h]) =>
    n!.map((v, j) => {
      const wide = exact(v, gate![j]!, h![j]!);
      return wide < BigInt(min) ? BigInt(min) : wide > BigInt(max) ? BigInt(max) : wide;
    }),
  refused: {
    'a gate that can be negative': [WIDE, tensor('s16', 1), tensor('s16', 1, [-1, 5]), tensor('s16', 1)],
    'a gate that can be 1': [WIDE, tensor('s16', 1), tensor('s32', 1, [0, 32768]), tensor('s16', 1)],
    'a product beyond 32 bits': [WIDE, tensor('s16', 1), z, tensor('s32', 1, [0, 32_771])],
    'a clamp wider than 16 bits': [{ min: -32768, max: 32768 }, tensor('s16', 1), z, tensor('s32', 1, [0, 32768])],
    'inputs of other lengths': [WIDE, tensor('s16', 1, [0, 1]), z, tensor('s16', 2, [0, 1])],
  },
});

test('stays between n and h for every pair of ends and many gates', () => {
  const op = makeOp('lerp', WIDE, 3);
  const out = new Int32Array(1);
  for (const n of [-32639, -1, 0, 1, 32639])
    for (const h of [-32768, -32639, -1, 0, 1, 32639, 32767])
      for (let gate = 0; gate <= 32767; gate += gate < 40 || gate > 32720 ? 1 : 97) {
        lerp.evaluate(op, [Int32Array.of(n), Int32Array.of(gate), Int32Array.of(h)], out);
        if (out[0]! < Math.min(n, h) || out[0]! > Math.max(n, h)) expect([n, gate, h, out[0]]).toBe('in order');
      }
});
