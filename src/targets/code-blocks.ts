import type { CodeBlock } from '../ir/plan.js';
import type { Weights } from '../ir/program.js';

/** Sums at a time: with more they leave the registers of Armv6-M and Armv7-M, with fewer inputs are loaded more often. */
const ROWS_AT_ONCE = 8;

/** Ternary weights as code goes through them: a block of rows loads the inputs that any of its rows needs. */
export function codeBlocks({ codes, rows, cols }: Weights): CodeBlock[] {
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
