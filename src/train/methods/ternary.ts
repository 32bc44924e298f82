import type { RowScaleKind } from '../../fixed/formats.js';
import type { RealMatrix } from '../../quantizers/build-model.js';
import {
  type GroupGradients,
  glorot,
  type MatrixShape,
  type Method,
  type MethodOptions,
  nearestPowerOfTwo,
  type Quantization,
  type WeightGroup,
} from './method.js';

/** Smallest |g| / ||t|| that is used: a dead row must keep a scale that a chip can represent. */
const LEAST_SCALE = 2 ** -14;

/**
 * Weight-normalised ternary (docs/numerics.md N10; Hou et al., NeurIPS 2019): per gate threshold, row j used in the
 * forward pass = g_j t_j / ||t_j||, g_j learned. Several matrices: one g_j over the row of all of them.
 */
export const ternary: Method = {
  name: 'ternary',
  describe: 'weight-normalised ternary weights, learned row scales',
  joint: true,
  create: (shapes, options, random, initial) =>
    new TernaryGroup(
      shapes,
      shapes.map((shape, i) => initial?.[i] ?? glorot(shape, options.initialRange, random)),
      options,
    ),
};

/** One matrix of the group. */
interface Block {
  readonly cols: number;
  readonly weights: Float32Array;
  readonly codes: Int8Array;
  readonly effective: Float32Array;
  readonly gradient: Float32Array;
}

class TernaryGroup implements WeightGroup {
  readonly masters: readonly Float32Array[];
  readonly gains: readonly Float32Array[];
  readonly effective: readonly Float32Array[];
  readonly #blocks: readonly Block[];
  readonly #rows: number;
  readonly #units: number;
  readonly #rowScale: RowScaleKind;
  readonly #threshold: number;
  /** ||t_j||, at least 1, and the scale used in the forward pass. */
  readonly #norms: Float64Array;
  readonly #scales: Float64Array;
  readonly #dGains: Float32Array;
  #share = 1;

  constructor(
    readonly shapes: readonly MatrixShape[],
    masters: readonly Float32Array[],
    { rowScale, zeroThreshold }: MethodOptions,
  ) {
    const { rows, units } = shapes[0]!;
    [this.#rows, this.#units, this.#rowScale, this.#threshold] = [rows, units, rowScale, zeroThreshold];
    this.#blocks = masters.map((weights, i) => ({
      cols: shapes[i]!.cols,
      weights,
      codes: new Int8Array(weights.length),
      effective: new Float32Array(weights.length),
      gradient: new Float32Array(weights.length),
    }));
    this.masters = masters;
    this.effective = this.#blocks.map(({ effective }) => effective);
    this.#norms = new Float64Array(rows);
    this.#scales = new Float64Array(rows);
    this.#dGains = new Float32Array(rows);
    const norm = (j: number): number => Math.sqrt(this.#blocks.reduce((sum, b) => sum + rowSquares(b, j), 0));
    this.gains = [Float32Array.from({ length: rows }, (_, j) => norm(j))];
  }

  quantize({ share }: Quantization): void {
    this.#share = share;
    this.#assign();
    for (const { weights, codes, cols, effective } of this.#blocks)
      for (let j = 0; j < this.#rows; j++) {
        const scale = this.#scales[j]!;
        for (let i = j * cols; i < (j + 1) * cols; i++)
          effective[i] = share === 1 ? scale * codes[i]! : (1 - share) * weights[i]! + share * scale * codes[i]!;
      }
  }

  /** Codes, norms and scales of the present masters and gains. */
  #assign(): void {
    for (const block of this.#blocks) assignCodes(block, this.#rows, this.#units, this.#threshold);
    const gains = this.gains[0]!;
    for (let j = 0; j < this.#rows; j++) {
      let squares = 0;
      for (const { codes, cols } of this.#blocks)
        for (let i = j * cols; i < (j + 1) * cols; i++) squares += codes[i]! & 1;
      const norm = Math.max(1, Math.sqrt(squares));
      this.#norms[j] = norm;
      const magnitude = Math.max(Math.abs(gains[j]!) / norm, LEAST_SCALE);
      const rounded = this.#rowScale === 'shift' ? nearestPowerOfTwo(magnitude) : magnitude;
      this.#scales[j] = gains[j]! < 0 ? -rounded : rounded;
    }
  }

  /** N10, straight through the codes and through the rounding of the scale. */
  backward(gradients: readonly Float32Array[]): GroupGradients {
    const share = this.#share;
    const gains = this.gains[0]!;
    for (let j = 0; j < this.#rows; j++) {
      const norm = this.#norms[j]!;
      let product = 0;
      this.#blocks.forEach(({ codes, cols }, b) => {
        const d = gradients[b]!;
        for (let i = j * cols; i < (j + 1) * cols; i++) product += codes[i]! * d[i]!;
      });
      this.#dGains[j] = (share * product) / norm;
      const through = share * this.#scales[j]! + (1 - share);
      const pull = (share * (gains[j]! / norm) * product) / (norm * norm);
      this.#blocks.forEach(({ codes, cols, gradient }, b) => {
        const d = gradients[b]!;
        for (let i = j * cols; i < (j + 1) * cols; i++) gradient[i] = through * d[i]! - pull * codes[i]!;
      });
    }
    return { masters: this.#blocks.map(({ gradient }) => gradient), gains: [this.#dGains] };
  }

  /** Codes and positive scales; a negative gain flips its row's codes. */
  export(): readonly RealMatrix[] {
    this.#assign();
    return this.#blocks.map(({ codes, cols }) => ({
      format: 'ternary',
      rows: this.#rows,
      cols,
      codes: codes.map((code, i) => (this.#scales[Math.floor(i / cols)]! < 0 ? -code : code)),
      scales: this.#scales.map(Math.abs),
      rowScale: this.#rowScale,
    }));
  }
}

function rowSquares({ weights, cols }: Block, j: number): number {
  let sum = 0;
  for (let i = j * cols; i < (j + 1) * cols; i++) sum += weights[i]! ** 2;
  return sum;
}

function assignCodes({ weights, codes, cols }: Block, rows: number, units: number, factor: number): void {
  for (let gate = 0; gate < rows / units; gate++) {
    const [from, to] = [gate * units * cols, (gate + 1) * units * cols];
    let sum = 0;
    for (let i = from; i < to; i++) sum += Math.abs(weights[i]!);
    const threshold = (factor * sum) / (to - from);
    for (let i = from; i < to; i++) codes[i] = weights[i]! > threshold ? 1 : weights[i]! < -threshold ? -1 : 0;
  }
}
