import type { TrainOptions } from './options.js';

/**
 * Defaults that belong together. `ott2016`: those of the released code of Ott, Lin, Zhang, Liu & Bengio
 * (arXiv 1608.06902): batch norm on the layer's input with gamma 0.1, scaled rates, gate bias -1; the rate before scaling is
 * that of docs/experiments.md. The weight method, and that of the biases, are chosen beside it.
 */
export const RECIPES = {
  default: {},
  ott2016: { rowScale: 'multiplier', inputNorm: true, gamma: 0.1, rate: 0.005, scaleRates: true, gateBias: -1 },
} as const satisfies { readonly [name: string]: Partial<TrainOptions> };

export type RecipeName = keyof typeof RECIPES;
