import type { CodeBlock } from '../../ir/plan.js';

/** Inputs that the C compiler may load in any order: enough for loads one after the other, too few to fill the registers. */
const INPUTS_IN_ORDER = 16;

/**
 * Statements of out_j = sum_i w_ji x_i, or += it, for ternary weights: an addition or a subtraction for each that is not zero.
 * The sums of a block of rows are variables, and so registers; a block loads an input once.
 */
export function productStatements(blocks: readonly CodeBlock[], addToOutput: boolean): string[] {
  const statements = blocks.flatMap(({ rows, inputs }) => [
    '{',
    ...rows.map((_, k) => `    int32_t a${k} = 0;`),
    ...inputs.flatMap(({ column, codes }, n) => [
      ...(n > 0 && n % INPUTS_IN_ORDER === 0 ? ['    RNNQ_IN_ORDER;'] : []),
      `    const int32_t x${column} = x[${column}];`,
      `    ${codes.flatMap((code, k) => (code === 0 ? [] : [`a${k} ${code > 0 ? '+' : '-'}= x${column};`])).join(' ')}`,
    ]),
    ...rows.map((j, k) => `    out[${j}] ${addToOutput ? '+=' : '='} a${k};`),
    '}',
  ]);
  return blocks.some(({ inputs }) => inputs.length > 0) ? statements : ['(void)x;', ...statements];
}

/** Parameters of such a function. */
export const PRODUCT_PARAMETERS = 'int32_t *out, const int8_t *x';
