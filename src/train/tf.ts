import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import type { BackendChoice, LossFunction, ParameterGroup } from './optimizer.js';

// The only file that imports TF.js: a variable for every parameter, one fused custom op for network, head and loss
// (src/train/engine), TF.js's Adam for the update.

/** Fields of TF.js's Adam that its types keep private, and that a bit-exact continuation needs. */
interface AdamInternals {
  learningRate: number;
  readonly accBeta1: tf.Variable;
  readonly accBeta2: tf.Variable;
}

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

  /** One update; returns the loss before it. */
  step(rate: number, lossFunction: LossFunction): number {
    const flat = this.#variables.flat();
    const arrays = this.groups.flatMap(({ values }) => values);
    const fused = tf.customGrad((..._parameters) => {
      const { loss, gradients } = lossFunction();
      const tensors = () => arrays.map((values) => tf.tensor1d(gradients.get(values)!));
      return { value: tf.scalar(loss), gradFunc: tensors };
    });
    const { value, grads } = tf.variableGrads(() => fused(...flat) as tf.Scalar, [...flat]);
    this.#variables.forEach((variables, g) => {
      const optimizer = this.#optimizers[g]!;
      internals(optimizer).learningRate = rate * this.groups[g]!.factor;
      optimizer.applyGradients(variables.map((v) => ({ name: v.name, tensor: grads[v.name]! })));
      variables.forEach((v, i) => void this.groups[g]!.values[i]!.set(v.dataSync<'float32'>()));
    });
    const loss = value.dataSync()[0]!;
    tf.dispose([value, grads]);
    return loss;
  }

  /** Everything the next update depends on beside the parameters: moments, and the powers of beta. */
  async state(): Promise<Float32Array[]> {
    const all: Float32Array[] = [];
    for (const optimizer of this.#optimizers) {
      const { accBeta1, accBeta2 } = internals(optimizer);
      const weights = await optimizer.getWeights();
      const tensors = [accBeta1, accBeta2, ...weights.map(({ tensor }) => tensor)];
      all.push(...tensors.map((tensor) => Float32Array.from(tensor.dataSync())));
      weights[0]!.tensor.dispose(); // the number of updates, made for this call
    }
    return all;
  }

  /** Takes up a state() of the same groups; the parameters' variables take their arrays' present values. */
  async restore(state: readonly Float32Array[]): Promise<void> {
    this.#variables.forEach((variables, g) => {
      variables.forEach((v, i) => void tf.tidy(() => v.assign(tf.tensor1d(this.groups[g]!.values[i]!))));
    });
    let at = 0;
    for (const [g, optimizer] of this.#optimizers.entries()) {
      const own = state.slice(at, at + 3 + 2 * this.#variables[g]!.length);
      at += own.length;
      const [beta1, beta2, iterations, ...moments] = own;
      if (moments.length === 0) continue;
      const names = moments.map((values, i) => ({ name: String(i), tensor: tf.tensor1d(values) }));
      const count = tf.scalar(iterations![0]!, 'int32');
      await optimizer.setWeights([{ name: 'iter', tensor: count }, ...names]);
      const { accBeta1, accBeta2 } = internals(optimizer);
      tf.tidy(() => {
        accBeta1.assign(tf.scalar(beta1![0]!));
        accBeta2.assign(tf.scalar(beta2![0]!));
      });
      count.dispose();
    }
  }

  dispose(): void {
    tf.dispose([...this.#variables.flat()]);
    for (const optimizer of this.#optimizers) optimizer.dispose();
  }
}

const internals = (optimizer: tf.AdamOptimizer): AdamInternals => optimizer as unknown as AdamInternals;
let unique = 0;

/** Tensors alive in TF.js, for leak tests. */
export const tensorCount = (): number => tf.memory().numTensors;

/** Sets TF.js's backend; returns its name. A tfjs-node that was asked for and cannot be loaded: Error; `auto` takes wasm then. */
export async function prepareBackend(choice: BackendChoice = 'auto'): Promise<string> {
  tf.env().set('PROD', true); // its notices are not the user's
  if (choice === 'auto' || choice === 'node') {
    const problem = await loadTfjsNode();
    if (problem === null && (await tf.setBackend('tensorflow'))) return 'node';
    if (choice === 'node') throw new Error(problem ?? 'it registered no backend: two copies of @tensorflow/tfjs-core?');
  }
  const name = choice === 'cpu' ? 'cpu' : 'wasm';
  await tf.setBackend(name);
  await tf.ready();
  return name;
}

/** tfjs-node is the user's own install, never required; returns why it is not there, or null. */
async function loadTfjsNode(): Promise<string | null> {
  const shared = util as unknown as Record<string, unknown>;
  // removed in Node 23, still called by tfjs-node 4.22 (tensorflow/tfjs issue 8609)
  shared.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  shared.isArray ??= Array.isArray;
  const name = '@tensorflow/tfjs-node';
  try {
    await import(name);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
