// What the trainer asks of tf.ts, without a type of TF.js: the declarations of the public interface name none.

/** `auto`: tfjs-node where it is installed, else wasm. */
export type BackendChoice = 'auto' | 'node' | 'wasm' | 'cpu';

/** A group of parameters with its learning-rate factor. */
export interface ParameterGroup {
  readonly factor: number;
  /** Live arrays: read by `loss`, changed by the optimizer. */
  readonly values: readonly Float32Array[];
}

/** Computes the loss at the present values, and the gradient of each of them. */
export type LossFunction = () => {
  readonly loss: number;
  readonly gradients: ReadonlyMap<Float32Array, Float32Array>;
};
