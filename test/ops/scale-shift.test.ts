import { floorDivide } from '../unit/fixed/exact.js';
import { describeOp } from './describe-op.js';
import { tensor } from './op-cases.js';

const one = {
  m: Int16Array.of(1),
  n: Uint8Array.of(0),
  bias: Int32Array.of(0),
  ...{ fraction: 7, min: -127, max: 127, to: 's8' as const },
};

describeOp('scaleShift', {
  exact: ({ m, n, bias, min, max }, [a]) =>
    a!.map((v, j) => {
      const sum = v * BigInt(m[j]!) + BigInt(bias[j]!);
      const shift = BigInt(n[j]!);
      const rounded = shift === 0n ? sum : floorDivide(sum + 2n ** (shift - 1n), 2n ** shift);
      return rounded < BigInt(min) ? BigInt(min) : rounded > BigInt(max) ? BigInt(max) : rounded;
    }),
  refused: {
    'a sum beyond 32 bits': [{ ...one, bias: Int32Array.of(2 ** 31 - 100) }, tensor('s8', 1)],
    'a rounding constant beyond 32 bits': [
      { ...one, bias: Int32Array.of(2 ** 31 - 2 ** 29), n: Uint8Array.of(30) },
      tensor('s8', 1),
    ],
    'a shift of 31': [{ ...one, n: Uint8Array.of(31) }, tensor('s8', 1)],
    'too few constants': [one, tensor('s8', 2)],
    'a range beyond s8': [{ ...one, m: Int16Array.of(2), max: 300 }, tensor('s8', 1)],
  },
});
