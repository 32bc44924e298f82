import type { Program } from '../../ir/program.js';
import { foldRoundings } from './fold-roundings.js';
import { mergeableLayers, mergeProducts } from './merge-products.js';
import { removeIdleLimits } from './remove-idle-limits.js';
import { removeZeroBiases } from './remove-zero-biases.js';

/** Program -> Program with the same integer results. */
export interface Pass {
  readonly name: string;
  readonly run: (program: Program) => Program;
}

/** In this order; each line gives its reason. */
export const PASSES: readonly Pass[] = [
  // an addBias of zeros is a loop for nothing; a reset gate often has no recurrent bias
  { name: 'remove-zero-biases', run: removeZeroBiases },
  // a comparison that can never be true costs as much as one that can
  { name: 'remove-idle-limits', run: removeIdleLimits },
  // two roundings and a bias become one bias and one shift
  { name: 'fold-roundings', run: foldRoundings },
];

/** A pass that pays on some cores only, and where it could be done: in which layers, by their JSON paths. */
export interface OptionalPass extends Pass {
  readonly places: (program: Program) => readonly string[];
  /** Everywhere, or in some places. */
  readonly run: (program: Program, places?: readonly string[]) => Program;
}

/** After the others. */
export const OPTIONAL_PASSES: readonly OptionalPass[] = [
  // one product of [x; h] has half the rows, but tables or widened inputs of x and h no longer serve other products
  { name: 'merge-products', run: mergeProducts, places: mergeableLayers },
];
