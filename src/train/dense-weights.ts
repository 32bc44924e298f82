import type { SeededRandom } from '../fixed/random.js';
import { BiasVector } from './bias.js';
import type { DenseParameters } from './engine/layout.js';
import { METHODS, type MethodName } from './methods/index.js';
import type { MatrixShape, Quantization, WeightGroup } from './methods/method.js';
import type { CheckedTrainOptions } from './options.js';
import { collect, type Parameter } from './recurrent-weights.js';

/** Weights and biases of one dense layer or convolution under training. */
export class DenseWeights {
  readonly shape: MatrixShape;
  readonly group: WeightGroup;
  readonly bias: BiasVector;

  /** `warm`: a layer of the same sizes whose matrix and biases are the first masters. */
  constructor(
    readonly name: string,
    inputs: number,
    readonly units: number,
    readonly method: MethodName,
    options: CheckedTrainOptions,
    random: SeededRandom,
    warm?: DenseWeights,
  ) {
    this.shape = { rows: units, cols: inputs, units, fanIn: inputs, fanOut: units };
    const masters = warm?.group.masters.map((values) => values.slice());
    this.group = METHODS[method].create([this.shape], options, random, masters);
    this.bias = new BiasVector(this.shape, options, warm?.bias.master.slice() ?? new Float32Array(units), random);
  }

  effective(quantization: Quantization): DenseParameters {
    this.group.quantize(quantization);
    return { weights: this.group.effective[0]!, bias: this.bias.effective(quantization) };
  }

  backward({ weights, bias }: DenseParameters, gradients: Map<Float32Array, Float32Array>): void {
    collect(this.group, this.group.backward([weights]), gradients);
    gradients.set(this.bias.master, this.bias.backward(bias));
  }

  /** The latent matrix. */
  get matrix(): Parameter {
    return { name: `${this.name}/weights`, values: this.group.masters[0]! };
  }

  /** What else the optimizer changes. */
  others(): readonly Parameter[] {
    return [
      ...this.group.gains.map((values, i) => ({ name: `${this.name}/gain${i}`, values })),
      { name: `${this.name}/bias`, values: this.bias.master },
    ];
  }
}
