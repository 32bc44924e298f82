import type { SeededRandom } from '../fixed/random.js';
import type { StepResult } from './engine/engine.js';
import type { LayerParameters, NetworkParameters, NetworkShape } from './engine/layout.js';
import { METHODS } from './methods/index.js';
import type { HeadWeights, LayerWeights } from './methods/method.js';
import type { CheckedTrainOptions } from './options.js';
import type { ParameterGroup } from './tf.js';

/** Masters of a network under training and the effective parameters the engine sees. */
export class TrainedNetwork {
  readonly weights: readonly LayerWeights[];
  readonly biases: readonly { readonly input: Float32Array; readonly recurrent: Float32Array }[];
  readonly head: HeadWeights;
  readonly headBias: Float32Array;

  constructor(
    readonly shape: NetworkShape,
    readonly options: CheckedTrainOptions,
    random: SeededRandom,
  ) {
    this.weights = shape.layers.map((layer) => METHODS[options.method].create(layer, options, random));
    this.biases = shape.layers.map(({ cell, units }) => {
      const rows = (cell === 'gru' ? 3 : 4) * units;
      const input = new Float32Array(rows);
      if (cell === 'lstm') input.fill(1, units, 2 * units); // forget gate open at first (Gers et al. 2000)
      return { input, recurrent: new Float32Array(rows) };
    });
    const { units } = shape.layers.at(-1)!;
    this.head = METHODS[options.method].createHead(shape.outputs, units, options, random);
    this.headBias = new Float32Array(shape.outputs);
  }

  /** Quantizes the masters: what the engine computes with. */
  effective(): NetworkParameters {
    const layers = this.weights.map((w, i): LayerParameters => {
      w.quantize();
      const { input: inputBias, recurrent: recurrentBias } = this.biases[i]!;
      return { input: w.input, recurrent: w.recurrent, inputBias, recurrentBias };
    });
    this.head.quantize();
    return { layers, head: { weights: this.head.weights, bias: this.headBias } };
  }

  /** Parameters of the optimizer: matrices with their own rate; gains, biases and the head. */
  groups(): readonly ParameterGroup[] {
    const matrices = this.weights.flatMap((w) => w.masters.slice(0, 2));
    const gains = this.weights.flatMap((w) => w.masters.slice(2));
    const biases = this.biases.flatMap((b) => [b.input, b.recurrent]);
    return [
      { factor: this.options.matrixRate, values: matrices },
      { factor: 1, values: [...gains, ...biases, ...this.head.masters, this.headBias] },
    ];
  }

  /** Gradients of groups(), in their order. */
  gradients({ gradient }: StepResult): readonly (readonly Float32Array[])[] {
    const masters = this.weights.map((w, i) => w.backward(gradient.layers[i]!.input, gradient.layers[i]!.recurrent));
    const biases = gradient.layers.flatMap((l) => [l.inputBias, l.recurrentBias]);
    return [
      masters.flatMap((g) => g.slice(0, 2)),
      [
        ...masters.flatMap((g) => g.slice(2)),
        ...biases,
        ...this.head.backward(gradient.head.weights),
        gradient.head.bias,
      ],
    ];
  }
}

/** Scales all gradients so that their common norm is at most `limit`; returns the norm before. Pascanu et al. 2013. */
export function clipGradients(gradients: readonly (readonly Float32Array[])[], limit: number): number {
  let squares = 0;
  for (const g of gradients.flat()) for (const v of g) squares += v * v;
  const norm = Math.sqrt(squares);
  if (norm > limit) for (const g of gradients.flat()) for (let i = 0; i < g.length; i++) g[i]! *= limit / norm;
  return norm;
}
