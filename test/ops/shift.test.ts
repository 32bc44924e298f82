import { floorDivide } from '../unit/fixed/exact.js';
import { describeOp } from './describe-op.js';
import { tensor } from './op-cases.js';

describeOp('shift', {
  exact: ({ n }, [a]) => a!.map((v, j) => (n[j]! < 0 ? v * 2n ** BigInt(-n[j]!) : floorDivide(v, 2n ** BigInt(n[j]!)))),
  refused: {
    'a value that leaves 32 bits to the left': [{ n: Int8Array.of(-1), fraction: 4 }, tensor('s32', 1)],
    'a shift of 31': [{ n: Int8Array.of(31), fraction: 4 }, tensor('s8', 1)],
    'a shift of -31': [{ n: Int8Array.of(-31), fraction: 4 }, tensor('s8', 1, [0, 0])],
    'shifts of another length': [{ n: Int8Array.of(1, 2), fraction: 4 }, tensor('s8', 1)],
  },
});
