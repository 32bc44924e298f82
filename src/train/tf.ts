import * as tf from '@tensorflow/tfjs';

// The only file that imports TF.js: a variable for every parameter, one fused custom op for network, head and loss
// (src/train/engine), TF.js's Adam for the update.

/** A group of parameters with a learning-rate factor of its own. */
export interface ParameterGroup {
  readonly factor: number;
  /** Live arrays: read by `loss`, changed by the optimizer. */
  readonly values: readonly Float32Array[];
}

/** Computes the loss at the present values and the gradient of every value, group by group, in their order. */
export type LossFunction = () => { readonly loss: number; readonly gradients: readonly (readonly Float32Array[])[] };

/** Adam over groups of parameters, through TF.js. */
export class TfOptimizer {
  readonly #variables: readonly (readonly tf.Variable[])[];
  readonly #optimizers: readonly tf.AdamOptimizer[];

  constructor(readonly groups: readonly ParameterGroup[]) {
    this.#variables = groups.map(({ values }, g) =>
      values.map((v, i) => tf.tidy(() => tf.variable(tf.tensor1d(v), true, `p${unique++}_${g}_${i}`))),
    );
    this.#optimizers = groups.map(() => tf.train.adam(0));
  }

  /** TF.js's CPU backend, which keeps tensors as plain arrays; its notices are not the user's. */
  static async prepare(): Promise<void> {
    tf.env().set('PROD', true);
    await tf.setBackend('cpu');
    await tf.ready();
  }

  /** One update; returns the loss before it. */
  step(rate: number, lossFunction: LossFunction): number {
    const flat = this.#variables.flat();
    const fused = tf.customGrad((..._parameters) => {
      const { loss, gradients } = lossFunction();
      const tensors = () => gradients.flat().map((g) => tf.tensor1d(g));
      return { value: tf.scalar(loss), gradFunc: tensors };
    });
    const { value, grads } = tf.variableGrads(() => fused(...flat) as tf.Scalar, [...flat]);
    this.#variables.forEach((variables, g) => {
      const optimizer = this.#optimizers[g]!;
      (optimizer as unknown as { learningRate: number }).learningRate = rate * this.groups[g]!.factor;
      optimizer.applyGradients(variables.map((v) => ({ name: v.name, tensor: grads[v.name]! })));
      variables.forEach((v, i) => void this.groups[g]!.values[i]!.set(v.dataSync<'float32'>()));
    });
    const loss = value.dataSync()[0]!;
    tf.dispose([value, grads]);
    return loss;
  }

  dispose(): void {
    tf.dispose([...this.#variables.flat()]);
    for (const optimizer of this.#optimizers) optimizer.dispose();
  }

  /** Tensors alive in TF.js, for leak tests. */
  static tensorCount(): number {
    return tf.memory().numTensors;
  }
}

let unique = 0;
