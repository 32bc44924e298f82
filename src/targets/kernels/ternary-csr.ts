import { TERNARY_CODES } from '../../ir/alphabets.js';
import type { Weights } from '../../ir/program.js';
import { type Kernel, matvec, type Packing } from '../kernel.js';

/** Columns of the weights of one sign in a row. */
const columnsOf = ({ codes, cols }: Weights, row: number, sign: 1 | -1): number[] =>
  Array.from({ length: cols }, (_, i) => i).filter((i) => codes[row * cols + i] === sign);

/** For each row the columns of its weights -1, then of its weights +1: two lists. */
const columnLists = (weights: Weights): number[][] =>
  Array.from({ length: 2 * weights.rows }, (_, k) => columnsOf(weights, k >> 1, k % 2 === 0 ? -1 : 1));

/** Every list as its length and its columns. */
const packing: Packing = {
  ctype: 'uint8_t',
  bytes: ({ codes, rows }) => codes.reduce((sum, code) => sum + Math.abs(code), 0) + 2 * rows,
  pack: (weights) => Uint8Array.from(columnLists(weights).flatMap((list) => [list.length, ...list])),
};

/** Lists of the columns of non-zero weights; time and bytes follow their number. */
export const ternaryCsr: readonly Kernel[] = [
  matvec({
    ...{ stem: 'ternary_csr', input: 's8', isa: 'c', alphabets: TERNARY_CODES, packing },
    tile: { rows: 1, inputs: 1 },
    fits: (weights) => weights.cols <= 256 && columnLists(weights).every((list) => list.length < 256),
    counts: (weights) => {
      const lengths = columnLists(weights).map((list) => list.length);
      const sum = (of: (length: number) => number) => lengths.reduce((total, length) => total + of(length), 0);
      const [product, group, tail] = [sum((n) => n), sum((n) => n >> 2), sum((n) => (n < 4 ? 0 : 1))];
      return { product, group, tail, odd: sum((n) => (n & 1) + ((n >> 1) & 1)) };
    },
    parameters: ({ weights }) => [weights.rows],
  }),
];
