import { DenseWeights } from './dense-weights.js';
import type { LayerStatistics } from './engine/engine.js';
import { headSizes, type NetworkParameters, type NetworkShape } from './engine/layout.js';
import { learningRateScale, type Quantization } from './methods/method.js';
import type { ParameterGroup } from './optimizer.js';
import { type CheckedTrainOptions, convolutionMethod } from './options.js';
import { type Parameter, RecurrentWeights } from './recurrent-weights.js';
import { randomFor } from './seeds.js';
import { windowedMatrices, windowedNames } from './windowed/index.js';

/** How evaluation and export see the weights. */
export const DEPLOYED: Quantization = { random: null, share: 1 };

/**
 * A network under training: what the optimizer changes (masters), and what the engine computes with (effective
 * parameters), joined by the weight methods.
 */
export class TrainedNetwork {
  /** From the input upwards. */
  readonly windowed: readonly (DenseWeights | null)[];
  readonly layers: readonly RecurrentWeights[];
  /** Dense layers behind them, the output's last. */
  readonly head: readonly DenseWeights[];

  /** `warm`: a network of the same sizes whose matrices and biases are the first masters. */
  constructor(
    readonly shape: NetworkShape,
    readonly options: CheckedTrainOptions,
    warm: TrainedNetwork | null = null,
  ) {
    const random = randomFor(options.seed, 'weights');
    const { windowed = [] } = shape;
    const names = windowedNames(windowed);
    this.windowed = windowedMatrices(windowed).map((size, i) => {
      if (size === null) return null;
      const method = convolutionMethod(options);
      return new DenseWeights(
        names[i]!,
        size.inputs,
        size.units,
        method,
        options,
        random,
        warm?.windowed[i] ?? undefined,
      );
    });
    this.layers = shape.layers.map((layer, i) => new RecurrentWeights(layer, options, random, warm?.layers[i]));
    const { dense } = options.weights;
    const hidden = shape.head?.length ?? 0;
    this.head = headSizes(shape).map(
      ({ inputs, units }, i) =>
        new DenseWeights(i < hidden ? `head${i}` : 'dense', inputs, units, dense, options, random, warm?.head[i]),
    );
  }

  /** Quantizes the masters; the arrays of the result live as long as the network and change with the next call. */
  effective(quantization: Quantization): NetworkParameters {
    return {
      windowed: this.windowed.map((layer) => layer?.effective(quantization) ?? null),
      layers: this.layers.map((layer) => layer.effective(quantization)),
      head: this.head.map((layer) => layer.effective(quantization)),
    };
  }

  /** True where the engine must give running statistics. */
  get observes(): boolean {
    return this.options.inputNorm || this.options.gateNorm;
  }

  observe(statistics: readonly LayerStatistics[]): void {
    this.layers.forEach((layer, i) => void layer.observe(statistics[i]!));
  }

  /** Gradients of the masters from those of the effective parameters. */
  backward(gradient: NetworkParameters): ReadonlyMap<Float32Array, Float32Array> {
    const gradients = new Map<Float32Array, Float32Array>();
    this.windowed.forEach((layer, i) => void layer?.backward(gradient.windowed[i]!, gradients));
    this.layers.forEach((layer, i) => void layer.backward(gradient.layers[i]!, gradients));
    this.head.forEach((layer, i) => void layer.backward(gradient.head[i]!, gradients));
    return gradients;
  }

  /** Parameters of the optimizer: each matrix with its factor, `matrixRate` or a scaled one; gains, biases, normalisations and the output at the full rate. */
  groups(matrixRate: number): readonly ParameterGroup[] {
    const { scaleRates } = this.options;
    const byFactor = new Map<number, Float32Array[]>([[1, this.#others().map(({ values }) => values)]]);
    const dense = (layers: readonly DenseWeights[]) =>
      layers.map(({ shape, matrix, method }) => ({ shape, ...matrix, quantized: method !== 'none' }));
    const recurrent = this.layers.flatMap((layer) => layer.matrices());
    for (const { shape, values, quantized } of [...dense(this.#convolutions), ...recurrent, ...dense(this.#hidden)]) {
      const factor = matrixRate * (scaleRates && quantized ? learningRateScale(shape) : 1);
      byFactor.set(factor, [...(byFactor.get(factor) ?? []), values]);
    }
    return Array.from(byFactor, ([factor, values]) => ({ factor, values }));
  }

  /** The windowed layers that have weights. */
  get #convolutions(): readonly DenseWeights[] {
    return this.windowed.filter((layer) => layer !== null);
  }

  /** The dense layers below the output. */
  get #hidden(): readonly DenseWeights[] {
    return this.head.slice(0, -1);
  }

  #others(): Parameter[] {
    return [
      ...this.#convolutions.flatMap((layer) => layer.others()),
      ...this.#named((layer) => layer.others()),
      ...this.#hidden.flatMap((layer) => layer.others()),
      this.head.at(-1)!.matrix,
      ...this.head.at(-1)!.others(),
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
      ...this.#convolutions.map(({ matrix }) => matrix),
      ...this.#named((layer) => layer.matrices()),
      ...this.#hidden.map(({ matrix }) => matrix),
      ...this.#others(),
      ...this.#named((layer) => layer.statistics()),
    ];
    return new Map(all.map(({ name, values }) => [name, values]));
  }
}

/** Scales all gradients so that their common norm is at most `limit`; returns the norm before. Pascanu et al. 2013. */
export function clipGradients(gradients: Iterable<Float32Array>, limit: number): number {
  const all = [...gradients];
  let squares = 0;
  for (const g of all) for (let i = 0; i < g.length; i++) squares += g[i]! * g[i]!;
  const norm = Math.sqrt(squares);
  if (norm > limit) for (const g of all) for (let i = 0; i < g.length; i++) g[i]! *= limit / norm;
  return norm;
}
