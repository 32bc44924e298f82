import type { Weights } from '../ir/program.js';

/** Sums that weights as code keep in registers at a time: more spill on Armv6-M and Armv7-M, fewer load more inputs. */
const ROWS_AT_ONCE = 8;

/** Rows whose sums are made together. */
export interface CodeBlock {
  readonly rows: readonly number[];
  /** Inputs that any of the rows needs, and their weights in the order of the rows. */
  readonly inputs: readonly { readonly column: number; readonly codes: readonly number[] }[];
}

/** Ternary weights as straight-line code goes through them: each input is loaded once for a block of rows. */
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
