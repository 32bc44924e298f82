import type { Program } from '../../ir/program.js';
import { removeIdleLimits } from './remove-idle-limits.js';
import { removeZeroBiases } from './remove-zero-biases.js';

/** Program -> Program with the same integer results. */
export interface Pass {
  readonly name: string;
  readonly run: (program: Program) => Program;
}

/** In this order; each line gives its reason. */
export const PASSES: readonly Pass[] = [
  // an accumulate of zeros is a loop for nothing; a reset gate often has no recurrent bias
  { name: 'remove-zero-biases', run: removeZeroBiases },
  // a comparison that can never be true costs as much as one that can
  { name: 'remove-idle-limits', run: removeIdleLimits },
];
