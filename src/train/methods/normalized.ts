import type { RowScaleKind } from '../../fixed/formats.js';
import type { RealMatrix } from '../../quantizers/real-network.js';
import { type Alphabet, BINARY, PLANES_2, PLANES_3, POW2, S4, TERNARY } from './alphabets.js';
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

/** Smallest |g| / ||q|| that is used: a dead row must keep a scale that a chip can represent. */
const MIN_SCALE = 2 ** -14;

/**
 * Weight normalisation over an alphabet (docs/methods.md; for ternary Hou et al., NeurIPS 2019): the masters of a gate
 * become codes q by the alphabet's step, and row j of the forward pass is g_j q_j / ||q_j||, g_j learned. Several
 * matrices: one g_j over the row of all of them.
 */
const normalized = (name: string, describe: string, alphabet: Alphabet): Method => ({
  name,
  describe,
  joint: true,
  create: (shapes, options, random, initial) =>
    new NormalizedGroup(
      shapes,
      shapes.map((shape, i) => initial?.[i] ?? glorot(shape, options.initialRange, random)),
      alphabet,
      options,
    ),
});

export const ternary = normalized('ternary', 'weights -1, 0, +1, learned row gains', TERNARY);
export const binaryNormalized = normalized('binary-normalized', 'weights -1, +1, learned row gains', BINARY);
export const planes2 = normalized('planes-2', 'integers -3..3, learned row gains', PLANES_2);
export const planes3 = normalized('planes-3', 'integers -7..7 in bit planes, learned row gains', PLANES_3);
export const s4 = normalized('s4', 'integers -7..7, learned row gains', S4);
export const pow2 = normalized('pow2', 'zero and powers of two, learned row gains', POW2);

/** One matrix of the group. */
interface Block {
  readonly cols: number;
  readonly weights: Float32Array;
  readonly codes: Int8Array;
  readonly effective: Float32Array;
  readonly gradient: Float32Array;
}

class NormalizedGroup implements WeightGroup {
  readonly gains: readonly Float32Array[];
  readonly effective: readonly Float32Array[];
  readonly #blocks: readonly Block[];
  readonly #rows: number;
  readonly #rowScale: RowScaleKind;
  /** ||q_j||, at least 1, and the scale used in the forward pass. */
  readonly #norms: Float64Array;
  readonly #scales: Float64Array;
  readonly #dGains: Float32Array;
  #share = 1;

  constructor(
    readonly shapes: readonly MatrixShape[],
    readonly masters: readonly Float32Array[],
    readonly alphabet: Alphabet,
    readonly options: MethodOptions,
  ) {
    const { rows } = shapes[0]!;
    [this.#rows, this.#rowScale] = [rows, options.rowScale];
    this.#blocks = masters.map((weights, i) => ({
      cols: shapes[i]!.cols,
      weights,
      codes: new Int8Array(weights.length),
      effective: new Float32Array(weights.length),
      gradient: new Float32Array(weights.length),
    }));
    this.effective = this.#blocks.map(({ effective }) => effective);
    this.#norms = new Float64Array(rows);
    this.#scales = new Float64Array(rows);
    this.#dGains = new Float32Array(rows);
    this.gains = [Float32Array.from({ length: rows }, (_, j) => Math.sqrt(this.#squares(j, ({ weights }) => weights)))];
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
    const { units } = this.shapes[0]!;
    for (const block of this.#blocks) assignCodes(block, units, this.alphabet, this.options);
    const gains = this.gains[0]!;
    for (let j = 0; j < this.#rows; j++) {
      const norm = Math.max(1, Math.sqrt(this.#squares(j, ({ codes }) => codes)));
      this.#norms[j] = norm;
      const magnitude = Math.max(Math.abs(gains[j]!) / norm, MIN_SCALE);
      const rounded = this.#rowScale === 'shift' ? nearestPowerOfTwo(magnitude) : magnitude;
      this.#scales[j] = gains[j]! < 0 ? -rounded : rounded;
    }
  }

  /** Sum of squares of row j over all blocks. */
  #squares(j: number, of: (block: Block) => Int8Array | Float32Array): number {
    let sum = 0;
    for (const block of this.#blocks) {
      const values = of(block);
      for (let i = j * block.cols; i < (j + 1) * block.cols; i++) sum += values[i]! * values[i]!;
    }
    return sum;
  }

  /**
   * With d = dL/dW of row j: dL/dg = d.q / ||q||, and dL/dmaster = (g / ||q||) (d - (d.q) q / ||q||^2): straight through
   * the codes and the rounding of the scale, but not through the norm.
   */
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
      format: this.alphabet.format(this.options),
      rows: this.#rows,
      cols,
      codes: codes.map((code, i) => (this.#scales[Math.floor(i / cols)]! < 0 ? -code : code)),
      scales: this.#scales.map(Math.abs),
      rowScale: this.#rowScale,
    }));
  }
}

/** Gate after gate: the step is a multiple of the mean magnitude of the gate's masters. */
function assignCodes({ weights, codes, cols }: Block, units: number, alphabet: Alphabet, options: MethodOptions): void {
  const step = alphabet.step(options);
  for (let from = 0; from < weights.length; from += units * cols) {
    const to = from + units * cols;
    let sum = 0;
    for (let i = from; i < to; i++) sum += Math.abs(weights[i]!);
    const own = (step * sum) / (to - from);
    for (let i = from; i < to; i++) codes[i] = alphabet.code(weights[i]!, own, options);
  }
}
