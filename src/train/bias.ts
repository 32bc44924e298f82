import type { SeededRandom } from '../fixed/random.js';
import { METHODS } from './methods/index.js';
import type { MatrixShape, Quantization, WeightGroup } from './methods/method.js';
import type { CheckedTrainOptions } from './options.js';

/** The biases of a matrix, quantized by a method of their own where the options ask for it. */
export class BiasVector {
  readonly master: Float32Array;
  readonly #group: WeightGroup | null;

  constructor(
    { rows, units, fanIn, fanOut }: MatrixShape,
    options: CheckedTrainOptions,
    initial: Float32Array,
    random: SeededRandom,
  ) {
    const method = options.weights.bias;
    this.#group =
      method === 'none'
        ? null
        : METHODS[method].create([{ rows, cols: 1, units, fanIn, fanOut }], options, random, [initial]);
    this.master = this.#group?.masters[0] ?? initial;
  }

  effective(quantization: Quantization): Float32Array {
    if (this.#group === null) return this.master;
    this.#group.quantize(quantization);
    return this.#group.effective[0]!;
  }

  backward(gradient: Float32Array): Float32Array {
    return this.#group === null ? gradient : this.#group.backward([gradient]).masters[0]!;
  }
}
