import { describeOp } from './describe-op.js';
import { tensor } from './op-cases.js';

const weights = { name: 'w', alphabet: 'ternary', rows: 2, cols: 3, codes: new Int8Array(6) } as const;

describeOp('gather', {
  exact: ({ weights: { rows, cols, codes }, fraction }, [symbol]) =>
    Array.from({ length: rows }, (_, j) => {
      const k = Number(symbol![0]!);
      return k < 0 || k >= cols ? 0n : BigInt(codes[j * cols + k]!) * 2n ** BigInt(fraction);
    }),
  refused: {
    'two symbols': [{ weights, fraction: 7 }, tensor('s16', 2)],
    'codes instead of a symbol': [{ weights, fraction: 7 }, tensor('s8', 1)],
    'a fraction of 16': [{ weights, fraction: 16 }, tensor('s16', 1)],
    'a negative fraction': [{ weights, fraction: -1 }, tensor('s16', 1)],
  },
});
