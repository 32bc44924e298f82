import { describeOp } from './describe-op.js';
import { tensor } from './op-cases.js';

describeOp('pool', {
  exact: ({ take, length }, [a]) =>
    Array.from({ length }, (_, j) => {
      const own = a!.filter((_value, i) => i % length === j);
      return take === 'max' ? own.reduce((x, y) => (x > y ? x : y)) : own.reduce((x, y) => x + y);
    }),
  refused: {
    'elements that are no whole vectors': [{ take: 'max', length: 3 }, tensor('s8', 7)],
    'sums beyond 32 bits': [{ take: 'sum', length: 1 }, tensor('s16', 65537 + 3)],
  },
});
