import type { Moments } from './engine/engine.js';

/** Share of the running statistics that each update keeps. */
const MOMENTUM = 0.9;
/** Added to the variance. */
const EPSILON = 1e-4;

/**
 * Batch norm on a layer's input, u = gamma (x - mean) / sigma + beta, with running statistics that the backward pass
 * takes as constants (docs/decisions/0009-running-statistics.md). On the chip: one `scaleShift` op.
 */
export class InputNormalization {
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  /** Running mean and variance; a variance of 0 says that nothing has been observed. */
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly #scale: Float32Array;
  readonly #shift: Float32Array;

  constructor(inputs: number, gamma: number) {
    this.gamma = new Float32Array(inputs).fill(gamma);
    this.beta = new Float32Array(inputs);
    this.mean = new Float32Array(inputs);
    this.variance = new Float32Array(inputs);
    this.#scale = new Float32Array(inputs);
    this.#shift = new Float32Array(inputs);
  }

  get parameters(): readonly Float32Array[] {
    return [this.gamma, this.beta];
  }

  effective(): { inputScale: Float32Array; inputShift: Float32Array } {
    for (let i = 0; i < this.gamma.length; i++) {
      this.#scale[i] = this.gamma[i]! / this.#sigma(i);
      this.#shift[i] = this.beta[i]! - this.#scale[i]! * this.mean[i]!;
    }
    return { inputScale: this.#scale, inputShift: this.#shift };
  }

  /** Gradients of gamma and beta. */
  backward(dScale: Float32Array, dShift: Float32Array): [Float32Array, Float32Array] {
    const dGamma = dScale.map((d, i) => (d - dShift[i]! * this.mean[i]!) / this.#sigma(i));
    return [dGamma, dShift];
  }

  observe({ mean, variance }: Moments): void {
    for (let i = 0; i < mean.length; i++) {
      const keep = this.variance[i] === 0 ? 0 : MOMENTUM;
      this.mean[i] = keep * this.mean[i]! + (1 - keep) * mean[i]!;
      this.variance[i] = keep * this.variance[i]! + (1 - keep) * Math.max(variance[i]!, EPSILON);
    }
  }

  #sigma(i: number): number {
    return this.variance[i] === 0 ? 1 : Math.sqrt(this.variance[i]! + EPSILON);
  }
}
