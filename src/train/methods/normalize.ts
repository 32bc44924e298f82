import type { RealMatrix } from '../../quantizers/real-network.js';
import {
  type GroupGradients,
  type MatrixShape,
  nearestPowerOfTwo,
  type Quantization,
  type WeightGroup,
} from './method.js';

/** Share of the running statistics that each update keeps. */
const MOMENTUM = 0.9;
/** Added to the variance. */
const EPSILON = 1e-4;
/** A dead row must keep a scale that a chip can represent. */
const MIN_FACTOR = 2 ** -14;

/**
 * Batch norm on the products z of one matrix, y = gamma (z - mean) / sigma, one mean and sigma of each row for all time
 * steps (Hou et al., NeurIPS 2019). The statistics are running ones, constants of the backward pass
 * (docs/decisions/0009-running-statistics.md): the row scale takes gamma / sigma, the layer's bias the rest, and the
 * chip does no more than before.
 */
export class BatchNormalizedGroup implements WeightGroup {
  readonly shapes: readonly MatrixShape[];
  readonly masters: readonly Float32Array[];
  readonly gains: readonly Float32Array[];
  readonly effective: readonly Float32Array[];
  readonly #gamma: Float32Array;
  /** Of z; a variance of 0 says that nothing has been observed. */
  readonly #mean: Float32Array;
  readonly #variance: Float32Array;
  readonly #factor: Float32Array;
  readonly #inner: Float32Array;
  readonly #powers: boolean;

  constructor(
    readonly inner: WeightGroup,
    { gamma, rowScale }: { readonly gamma: number; readonly rowScale: 'shift' | 'multiplier' },
  ) {
    const { rows } = inner.shapes[0]!;
    this.shapes = inner.shapes;
    this.masters = inner.masters;
    this.#gamma = new Float32Array(rows).fill(gamma);
    this.gains = [...inner.gains, this.#gamma];
    this.effective = inner.effective.map((values) => new Float32Array(values.length));
    this.#mean = new Float32Array(rows);
    this.#variance = new Float32Array(rows);
    this.#factor = new Float32Array(rows);
    this.#inner = new Float32Array(inner.effective[0]!.length);
    this.#powers = rowScale === 'shift';
  }

  quantize(quantization: Quantization): void {
    this.inner.quantize(quantization);
    const { rows, cols } = this.shapes[0]!;
    const [inner, effective] = [this.inner.effective[0]!, this.effective[0]!];
    for (let j = 0; j < rows; j++) {
      const factor = this.#factorOf(j);
      this.#factor[j] = factor;
      for (let i = j * cols; i < (j + 1) * cols; i++) effective[i] = factor * inner[i]!;
    }
  }

  /** gamma / sigma, at least MIN_FACTOR in magnitude; where row scales are powers of two, so is this factor. */
  #factorOf(j: number): number {
    const factor = this.#gamma[j]! / this.#sigma(j);
    const magnitude = Math.max(Math.abs(factor), MIN_FACTOR);
    const rounded = this.#powers ? nearestPowerOfTwo(magnitude) : magnitude;
    return factor < 0 ? -rounded : rounded;
  }

  #sigma(j: number): number {
    return this.#variance[j] === 0 ? 1 : Math.sqrt(this.#variance[j]! + EPSILON);
  }

  /** What the normalisation adds to the layer's bias, at the last quantize(): -factor * mean. */
  shift(): Float32Array {
    return this.#mean.map((mean, j) => -this.#factor[j]! * mean);
  }

  /** `biasGradient`: of the layer's bias, which shift() is part of. */
  backward(gradients: readonly Float32Array[], biasGradient?: Float32Array): GroupGradients {
    const { rows, cols } = this.shapes[0]!;
    const [d, inner] = [gradients[0]!, this.inner.effective[0]!];
    const dGamma = new Float32Array(rows);
    for (let j = 0; j < rows; j++) {
      let dFactor = -(biasGradient?.[j] ?? 0) * this.#mean[j]!;
      for (let i = j * cols; i < (j + 1) * cols; i++) {
        dFactor += d[i]! * inner[i]!;
        this.#inner[i] = this.#factor[j]! * d[i]!;
      }
      dGamma[j] = dFactor / this.#sigma(j);
    }
    const own = this.inner.backward([this.#inner]);
    return { masters: own.masters, gains: [...own.gains, dGamma] };
  }

  /** Follows the moments of the products of the effective weights that the engine measured. */
  observe(mean: Float64Array, variance: Float64Array): void {
    for (let j = 0; j < mean.length; j++) {
      const factor = this.#factor[j]!;
      const keep = this.#variance[j] === 0 ? 0 : MOMENTUM;
      this.#mean[j] = keep * this.#mean[j]! + ((1 - keep) * mean[j]!) / factor;
      const seen = Math.max(variance[j]! / (factor * factor), EPSILON);
      this.#variance[j] = keep * this.#variance[j]! + (1 - keep) * seen;
    }
  }

  /** Running mean and variance, live. */
  state(): readonly Float32Array[] {
    return [this.#mean, this.#variance];
  }

  /** The factor goes into the row scales; a negative one flips its row's codes. */
  export(): readonly RealMatrix[] {
    const { rows, cols } = this.shapes[0]!;
    const factors = Float64Array.from({ length: rows }, (_, j) => this.#factorOf(j));
    return this.inner.export().map((matrix) => ({
      ...matrix,
      codes: matrix.codes.map((code, i) => (factors[Math.floor(i / cols)]! < 0 ? -code : code)),
      scales: matrix.scales.map((scale, j) => scale * Math.abs(factors[j]!)),
    }));
  }
}
