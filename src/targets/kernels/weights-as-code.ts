import { TERNARY_CODES } from '../../ir/alphabets.js';
import type { CodeBlock } from '../../ir/plan.js';
import type { Weights } from '../../ir/program.js';
import type { Kernel } from '../kernel.js';

/** Sums at a time: with more they leave the registers of Armv6-M and Armv7-M, with fewer inputs are loaded more often. */
const ROWS_AT_ONCE = 8;

/** Most non-zeros that become code: two to four bytes each, and a basic block that compilers still like. */
const MAX_AS_CODE = 4096;

const nonZeros = ({ codes }: Weights): number => codes.reduce((sum, code) => sum + Math.abs(code), 0);

/** Ternary weights as code goes through them: a block of rows loads the inputs that any of its rows needs. */
function codeBlocks({ codes, rows, cols }: Weights): CodeBlock[] {
  return Array.from({ length: Math.ceil(rows / ROWS_AT_ONCE) }, (_, b): CodeBlock => {
    const first = b * ROWS_AT_ONCE;
    const own = Array.from({ length: Math.min(ROWS_AT_ONCE, rows - first) }, (_, k) => first + k);
    const columns = Array.from({ length: cols }, (_, column) => ({
      column,
      codes: own.map((j) => codes[j * cols + column]!),
    }));
    return { rows: own, inputs: columns.filter((input) => input.codes.some((code) => code !== 0)) };
  });
}

/** Weights as code: an addition or a subtraction for each that is not zero (compiler/5-emit/product.ts). */
export const WEIGHTS_AS_CODE: Kernel = {
  symbol: 'weights_as_code',
  ...{ op: 'matvec', isa: 'c', input: 's8', alphabets: TERNARY_CODES, unrolled: 1, blocks: [] },
  tile: { rows: 1, inputs: 1 },
  generate: codeBlocks,
  passes: () => 1,
  fits: (weights) => nonZeros(weights) <= MAX_AS_CODE,
  counts: (weights) => ({
    product: nonZeros(weights),
    group: codeBlocks(weights).reduce((sum, { inputs }) => sum + inputs.length, 0),
  }),
  arguments: ({ weights: { rows, cols } }) => [
    { kind: 'output', elements: rows },
    { kind: 'input', elements: cols },
  ],
};
