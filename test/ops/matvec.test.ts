import { expect, test } from 'vitest';
import type { Weights } from '../../src/ir/program.js';
import { matvec } from '../../src/ops/matvec.js';
import { Draw } from '../fuzz/random-network.js';
import { describeOp } from './describe-op.js';
import { makeOp, tensor } from './op-cases.js';
import { weightsOf } from './weights-of.js';

const wide = 140_000;
const heavy: Weights = { name: 'w', alphabet: 's8', rows: 1, cols: wide, codes: new Int8Array(wide).fill(127) };

describeOp('matvec', {
  exact: ({ weights: { codes, rows, cols } }, [x]) =>
    Array.from({ length: rows }, (_, j) => x!.reduce((sum, v, i) => sum + BigInt(codes[j * cols + i]!) * v, 0n)),
  refused: {
    'a sum beyond 32 bits': [{ weights: heavy }, tensor('s8', wide)],
    'an input of another length': [{ weights: { ...heavy, cols: 4, codes: heavy.codes.slice(0, 4) } }, tensor('s8', 5)],
  },
});

test('the range of every row is reached by some input', () => {
  const draw = new Draw(5);
  for (const format of ['ternary', 's8'] as const) {
    const weights = weightsOf(draw, format, 12, 9, 'mixed');
    const op = makeOp('matvec', { weights }, 1);
    const { bounds } = matvec.infer(op, [tensor('s8', 9, [-127, 127])]);
    for (let j = 0; j < weights.rows; j++) {
      const row = weights.codes.subarray(j * 9, (j + 1) * 9);
      for (const [side, sign] of [
        ['low', -1],
        ['high', 1],
      ] as const) {
        const out = new Int32Array(weights.rows);
        matvec.evaluate(op, [Int32Array.from(row, (w) => sign * 127 * (Math.sign(w) || 1))], out);
        expect(out[j]).toBe(bounds![side][j]! + 0);
      }
    }
  }
});
