import { ALPHABETS } from '../../src/ir/alphabets.js';
import { DTYPE_RANGE } from '../../src/ir/program.js';
import { opDef } from '../../src/ops/index.js';
import type { Kernel } from '../../src/targets/kernel.js';
import { Draw } from '../fuzz/random-network.js';
import { makeOp, type OpCase, tensor } from '../ops/op-cases.js';

export type MatrixCase = OpCase<'matvec' | 'gather'>;

/**
 * Matrices of which some 8 rows have few non-zeros in the first 4, and others in the last 4: too many inputs for one block
 * unless a kernel of two rows in a lane may choose the lower ones.
 */
export function laneCases(): MatrixCase[] {
  const draw = new Draw(14);
  return [
    [8, 72],
    [16, 80],
    [24, 104],
    [16, 150],
    [8, 65],
  ].map(([rows, cols]): MatrixCase => {
    const codes = Int8Array.from({ length: rows! * cols! }, (_, at) => {
      const j = Math.floor(at / cols!);
      const many = j % 8 < 4 === (j >> 3) % 2 < 1;
      return draw.real(0, 1) < (many ? 0.97 : 0.4) ? draw.pick(-1, 1) : 0;
    });
    const op = makeOp('matvec', { weights: { name: 'w', alphabet: 'ternary', rows: rows!, cols: cols!, codes } }, 1);
    const inputs = [tensor('s8', cols!, [-128, 127], 7)];
    const values = [Int32Array.from({ length: cols! }, () => draw.pick(-128, 127, draw.integer(-128, 127)))];
    return { op, inputs, output: opDef(op).infer(op, inputs), values } as MatrixCase;
  });
}

/** A matrix of a kernel's alphabets: any size, any share of zeros, inputs that often are extreme. */
export function randomCase(draw: Draw, kernel: Kernel): MatrixCase {
  const alphabet = draw.pick(...kernel.alphabets);
  // tables of sums, weights and output of one call fit the smallest emulated board
  const [rows, cols] = [draw.integer(1, 40), draw.pick(draw.integer(1, 24), draw.integer(1, 72))];
  const { largest, isCode } = ALPHABETS[alphabet];
  const zeros = draw.pick(0, 1, draw.real(0, 1), draw.real(0, 1));
  const style = draw.pick('random', 'random', 'plus', 'minus');
  const code = (): number => {
    if (draw.real(0, 1) < zeros && isCode(0)) return 0;
    if (style !== 'random') return style === 'plus' ? largest : -largest;
    for (;;) {
      const value = draw.integer(-largest, largest);
      if (isCode(value)) return value;
    }
  };
  const codes = Int8Array.from({ length: rows * cols }, code);
  const weights = { name: 'w', alphabet, rows, cols, codes };
  const extreme = draw.pick(0, 0.3, 1);
  const [low, high] = DTYPE_RANGE[kernel.input];
  const input = (): number => (draw.real(0, 1) < extreme ? draw.pick(low, low + 1, high) : draw.integer(low, high));
  const isMatvec = kernel.op === 'matvec';
  const attributes = isMatvec ? { weights } : { weights, fraction: draw.integer(0, 15) };
  const op = makeOp(kernel.op, attributes as never, 1) as MatrixCase['op'];
  const inputs = [isMatvec ? tensor(kernel.input, cols, [low, high], 7) : tensor('s16', 1, [-2, cols + 1])];
  const values = [
    Int32Array.from({ length: isMatvec ? cols : 1 }, isMatvec ? input : () => draw.integer(-2, cols + 1)),
  ];
  return { op, inputs, output: opDef(op).infer(op as never, inputs), values };
}
