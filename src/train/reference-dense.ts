import type { Activation } from '../ir/model.js';

/** Parameters of a dense layer or a convolution, or their gradients, in float64. */
export interface ReferenceDense {
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** Activations of dense layers and convolutions. */
export const DENSE_ACTIVATION_NAMES = ['linear', 'relu', 'tanh', 'sigmoid'] as const satisfies readonly Activation[];

/** Values, and slopes at the value. */
export const DENSE_ACTIVATIONS: {
  readonly [A in Activation]: { readonly value: (x: number) => number; readonly slope: (y: number) => number };
} = {
  linear: { value: (x) => x, slope: () => 1 },
  relu: { value: (x) => Math.max(0, x), slope: (y) => (y > 0 ? 1 : 0) },
  tanh: { value: Math.tanh, slope: (y) => 1 - y * y },
  sigmoid: { value: (x) => 1 / (1 + Math.exp(-x)), slope: (y) => y * (1 - y) },
};
