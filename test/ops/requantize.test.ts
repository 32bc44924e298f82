import type { RowScale } from '../../src/fixed/formats.js';
import { floorDivide } from '../unit/fixed/exact.js';
import { describeOp } from './describe-op.js';
import { tensor } from './op-cases.js';

const rounded = (a: bigint, n: number): bigint => (n === 0 ? a : floorDivide(a + 2n ** BigInt(n - 1), 2n ** BigInt(n)));
const attributes = (scale: RowScale) => ({ scale, fraction: 12, min: -(2 ** 31), max: 2 ** 31 - 1 });
const shift = (left: number, ...n: number[]) => attributes({ kind: 'shift', left, n: Uint8Array.from(n) });
const multiplier = (pre: number, m: number, n: number) =>
  attributes({ kind: 'multiplier', pre, m: Int16Array.of(m), n: Uint8Array.of(n) });

describeOp('requantize', {
  exact: ({ scale, min, max }, [a]) =>
    a!.map((v, j) => {
      const n = scale.n[j]!;
      const y =
        scale.kind === 'shift'
          ? rounded(v * 2n ** BigInt(scale.left), n)
          : rounded(rounded(v, scale.pre) * BigInt(scale.m[j]!), n);
      return y < BigInt(min) ? BigInt(min) : y > BigInt(max) ? BigInt(max) : y;
    }),
  refused: {
    'a left shift beyond 32 bits': [shift(1, 0), tensor('s32', 1, [0, 2 ** 30])],
    'a left shift of 31': [shift(31, 0), tensor('s32', 1, [0, 0])],
    'a rounding constant beyond 32 bits': [shift(0, 30), tensor('s32', 1, [0, 2 ** 31 - 2 ** 29])],
    'a shift of 31': [shift(0, 31), tensor('s32', 1, [0, 0])],
    'a product beyond 32 bits': [multiplier(0, 32767, 0), tensor('s32', 1, [0, 65539])],
    'a negative product beyond 32 bits': [multiplier(0, 32767, 0), tensor('s32', 1, [-65539, 0])],
    'a product whose rounding leaves 32 bits': [multiplier(0, 32767, 30), tensor('s32', 1, [0, 49_155])],
    'a pre-shift whose rounding leaves 32 bits': [multiplier(8, 1, 0), tensor('s32', 1, [0, 2 ** 31 - 1])],
    'a row too many': [shift(0, 1, 1), tensor('s32', 1, [0, 1])],
  },
});
