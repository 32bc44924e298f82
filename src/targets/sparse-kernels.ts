import type { Weights } from '../ir/program.js';
import { codeBlocks } from './code-blocks.js';
import { integer, type Kernel } from './kernel.js';
import { columnLists, packLists } from './packing.js';

const nonZeros = ({ codes }: Weights): number => codes.reduce((sum, code) => sum + (code === 0 ? 0 : 1), 0);

/** Lists of the columns of non-zero weights; time and bytes follow their number. */
export const matvecLists: Kernel = {
  symbol: 'rnnq_matvec_s8_ternary_csr_c',
  op: 'matvec',
  isa: 'c',
  input: 's8',
  formats: ['ternary', 'binary'],
  rowBlock: 1,
  group: 1,
  blocks: [],
  passes: () => 1,
  fits: (weights) => weights.cols <= 256 && columnLists(weights).every((list) => list.length < 256),
  counts: (weights) => {
    const lengths = columnLists(weights).map((list) => list.length);
    const sum = (of: (length: number) => number) => lengths.reduce((total, length) => total + of(length), 0);
    const [product, group, tail] = [sum((n) => n), sum((n) => n >> 2), sum((n) => (n < 4 ? 0 : 1))];
    return { product, group, tail, odd: sum((n) => (n & 1) + ((n >> 1) & 1)) };
  },
  arguments: ({ weights, accumulate }) => {
    const bytes = nonZeros(weights) + 2 * weights.rows;
    return [
      { kind: 'output', elements: weights.rows },
      { kind: 'input', elements: weights.cols },
      { kind: 'weights', pack: () => packLists(weights), elements: bytes, bytes },
      ...[weights.rows, Number(accumulate)].map(integer),
    ];
  },
};

/** Most non-zeros that become code: two to four bytes each, and a basic block that compilers still like. */
const MAX_AS_CODE = 4096;

/** Weights as code: an addition or a subtraction for each that is not zero (compiler/5-emit/product.ts). */
export const WEIGHTS_AS_CODE: Kernel = {
  symbol: 'weights_as_code',
  op: 'matvec',
  isa: 'c',
  input: 's8',
  formats: ['ternary', 'binary'],
  rowBlock: 1,
  group: 1,
  blocks: [],
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
