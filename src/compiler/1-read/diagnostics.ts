import type { Diagnostic } from '../../diagnostics.js';
import type { OutputQuantity } from '../../ir/model.js';

export const outputsMismatch = (expected: number, found: number): Diagnostic => ({
  code: 'outputs_mismatch',
  at: '/outputs',
  message:
    expected === 0
      ? `${found} quantities in a model whose outputs are classes`
      : `the network has ${expected} outputs, found ${found} quantities`,
  hint: 'a model with the task "regress" has one entry of `outputs` for each unit of its last layer, any other model none',
});

export const outputsNotDense = (index: number): Diagnostic => ({
  code: 'outputs_not_dense',
  at: `/layers/${index}/type`,
  message: 'the last layer of a network that predicts quantities is a dense one',
});

export const outputRange = (
  at: string,
  { name, scale, offset, decimals }: OutputQuantity,
  fraction: number,
): Diagnostic => ({
  code: 'output_range',
  at,
  message:
    `${JSON.stringify(name)} = ${offset} + ${scale} * y * 2^-${fraction} does not fit 32-bit integers` +
    (decimals === undefined ? '' : ` with ${decimals} decimals`),
  hint:
    decimals === undefined
      ? 'give the target column in a larger unit'
      : 'fewer decimals, or none: they are then chosen',
});
