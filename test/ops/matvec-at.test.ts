import { describeOp } from './describe-op.js';
import { tensor } from './op-cases.js';
import { SHORT_WEIGHTS } from './weights-of.js';

describeOp('matvecAt', {
  exact: ({ weights: { rows, cols, codes }, parts }, [x, count]) => {
    const wanted = Number(count![0]!);
    const k = wanted < 0 ? 0 : wanted >= parts ? parts - 1 : wanted;
    const units = rows / parts;
    return Array.from({ length: units }, (_, j) =>
      x!.reduce((sum, v, i) => sum + BigInt(codes[(k * units + j) * cols + i]!) * v, 0n),
    );
  },
  refused: {
    'rows that are no whole matrices': [{ weights: SHORT_WEIGHTS, parts: 2 }, tensor('s8', 2), tensor('s16', 1)],
    'an input of another length': [{ weights: SHORT_WEIGHTS, parts: 3 }, tensor('s8', 3), tensor('s16', 1)],
    'a count of 8 bits': [{ weights: SHORT_WEIGHTS, parts: 3 }, tensor('s8', 2), tensor('s8', 1)],
    'no parts': [{ weights: SHORT_WEIGHTS, parts: 0 }, tensor('s8', 2), tensor('s16', 1)],
  },
});
