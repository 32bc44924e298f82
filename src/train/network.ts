import { BiasVector } from './bias.js';
import type { LayerStatistics } from './engine/engine.js';
import type { NetworkParameters, NetworkShape } from './engine/layout.js';
import { METHODS } from './methods/index.js';
import { learningRateScale, type MatrixShape, type Quantization, type WeightGroup } from './methods/method.js';
import type { ParameterGroup } from './optimizer.js';
import type { CheckedTrainOptions } from './options.js';
import { collect, type Parameter, RecurrentWeights } from './recurrent-weights.js';
import { randomFor } from './seeds.js';

/** How evaluation and export see the weights. */
export const DEPLOYED: Quantization = { random: null, share: 1 };

/**
 * A network under training: what the optimizer changes (masters), and what the engine computes with (effective
 * parameters), joined by the weight methods.
 */
export class TrainedNetwork {
  readonly layers: readonly RecurrentWeights[];
  readonly head: WeightGroup;
  readonly headBias: BiasVector;

  /** `warm`: a network of the same sizes whose matrices and biases are the first masters. */
  constructor(
    readonly shape: NetworkShape,
    readonly options: CheckedTrainOptions,
    warm: TrainedNetwork | null = null,
  ) {
    const random = randomFor(options.seed, 'weights');
    this.layers = shape.layers.map((layer, i) => new RecurrentWeights(layer, options, random, warm?.layers[i]));
    const { units } = shape.layers.at(-1)!;
    const matrix: MatrixShape = {
      rows: shape.outputs,
      cols: units,
      units: shape.outputs,
      fanIn: units,
      fanOut: shape.outputs,
    };
    this.head = METHODS[options.weights.dense].create([matrix], options, random, warm?.head.masters.map(copy));
    const bias = warm?.headBias.master.slice() ?? new Float32Array(shape.outputs);
    this.headBias = new BiasVector(matrix, options, bias, random);
  }

  /** Quantizes the masters; the arrays of the result live as long as the network and change with the next call. */
  effective(quantization: Quantization): NetworkParameters {
    this.head.quantize(quantization);
    return {
      layers: this.layers.map((layer) => layer.effective(quantization)),
      head: { weights: this.head.effective[0]!, bias: this.headBias.effective(quantization) },
    };
  }

  /** True where running statistics are wanted of the engine. */
  get observes(): boolean {
    return this.options.inputNorm || this.options.gateNorm;
  }

  observe(statistics: readonly LayerStatistics[]): void {
    this.layers.forEach((layer, i) => void layer.observe(statistics[i]!));
  }

  /** Gradients of the masters from those of the effective parameters. */
  backward(gradient: NetworkParameters): ReadonlyMap<Float32Array, Float32Array> {
    const gradients = new Map<Float32Array, Float32Array>();
    this.layers.forEach((layer, i) => void layer.backward(gradient.layers[i]!, gradients));
    collect(this.head, this.head.backward([gradient.head.weights]), gradients);
    gradients.set(this.headBias.master, this.headBias.backward(gradient.head.bias));
    return gradients;
  }

  /** Parameters of the optimizer: each matrix with its factor, `matrixRate` or a scaled one; gains, biases, normalisations and the head at the full rate. */
  groups(matrixRate: number): readonly ParameterGroup[] {
    const { scaleRates } = this.options;
    const byFactor = new Map<number, Float32Array[]>([[1, this.#others().map(({ values }) => values)]]);
    for (const { shape, values, quantized } of this.layers.flatMap((layer) => layer.matrices())) {
      const factor = matrixRate * (scaleRates && quantized ? learningRateScale(shape) : 1);
      byFactor.set(factor, [...(byFactor.get(factor) ?? []), values]);
    }
    return Array.from(byFactor, ([factor, values]) => ({ factor, values }));
  }

  #others(): Parameter[] {
    return [
      ...this.#named((layer) => layer.others()),
      ...this.head.masters.map((values) => ({ name: 'dense/weights', values })),
      ...this.head.gains.map((values, i) => ({ name: `dense/gain${i}`, values })),
      { name: 'dense/bias', values: this.headBias.master },
    ];
  }

  #named(own: (layer: RecurrentWeights) => readonly Parameter[]): Parameter[] {
    return this.layers.flatMap((layer, i) =>
      own(layer).map(({ name, values }) => ({ name: `${layer.shape.cell}${i}/${name}`, values })),
    );
  }

  /** Everything that training changes, running statistics included: live arrays by name. */
  state(): ReadonlyMap<string, Float32Array> {
    const all = [
      ...this.#named((layer) => layer.matrices()),
      ...this.#others(),
      ...this.#named((layer) => layer.statistics()),
    ];
    return new Map(all.map(({ name, values }) => [name, values]));
  }
}

const copy = (values: Float32Array): Float32Array => values.slice();

/** Scales all gradients so that their common norm is at most `limit`; returns the norm before. Pascanu et al. 2013. */
export function clipGradients(gradients: Iterable<Float32Array>, limit: number): number {
  const all = [...gradients];
  let squares = 0;
  for (const g of all) for (let i = 0; i < g.length; i++) squares += g[i]! * g[i]!;
  const norm = Math.sqrt(squares);
  if (norm > limit) for (const g of all) for (let i = 0; i < g.length; i++) g[i]! *= limit / norm;
  return norm;
}
