import type { RowScaleKind } from '../../fixed/formats.js';
import type { SeededRandom } from '../../fixed/random.js';
import type { RealMatrix } from '../../quantizers/real-network.js';

/** A weight tensor under training, rows = outputs. */
export interface MatrixShape {
  readonly rows: number;
  readonly cols: number;
  /** Rows of one gate: matrices are quantized gate by gate. */
  readonly units: number;
  /** Glorot fans of one gate. */
  readonly fanIn: number;
  readonly fanOut: number;
}

export interface MethodOptions {
  readonly rowScale: RowScaleKind;
  /** ternary, twn: factor of the mean magnitude below which a weight is zero. */
  readonly zeroThreshold: number;
  /** planes-2, planes-3, s4, pow2: weight of code 1 over the mean magnitude; undefined: that of the alphabet. */
  readonly levelStep?: number | undefined;
  /** binary: H. */
  readonly binaryScale: 'glorot' | number;
  /** pow2-ternary: f and m. */
  readonly fractionBits: number;
  readonly integerBits: number;
  /** exponential: window of exponents; pow2: its width is the number of steps. */
  readonly exponents: readonly [low: number, high: number];
  /** Factor on the Glorot range of the first masters. */
  readonly initialRange: number;
}

/** How masters become effective weights at one moment of a training. */
export interface Quantization {
  /** Draws of stochastic methods; null: the deterministic form. */
  readonly random: SeededRandom | null;
  /** Gradual quantization: effective = (1 - share) master + share quantized. */
  readonly share: number;
}

/** Gradients of a group's masters and gains, in their order; overwritten by the next call. */
export interface GroupGradients {
  readonly masters: readonly Float32Array[];
  readonly gains: readonly Float32Array[];
}

/** Matrices that are quantized together: with a joint scope they share row gains. */
export interface WeightGroup {
  readonly shapes: readonly MatrixShape[];
  /** Latent matrices, and learned gains: what the optimizer changes. */
  readonly masters: readonly Float32Array[];
  readonly gains: readonly Float32Array[];
  /** What the engine computes with; filled by quantize(). */
  readonly effective: readonly Float32Array[];
  quantize(quantization: Quantization): void;
  /** Gradients of effective -> gradients of masters and gains, at the last quantize(). */
  backward(gradients: readonly Float32Array[]): GroupGradients;
  /** Codes and scales that stand for the deterministic weights of the chip, exactly. */
  export(): readonly RealMatrix[];
}

/** A weight method of the trainer. */
export interface Method {
  readonly name: string;
  readonly describe: string;
  /** Can share gains over several matrices. */
  readonly joint: boolean;
  /** `initial`: masters instead of the Glorot draw (warm start, biases). */
  create(
    shapes: readonly MatrixShape[],
    options: MethodOptions,
    random: SeededRandom,
    initial?: readonly Float32Array[],
  ): WeightGroup;
}

/** Half the width of the uniform draw of Glorot & Bengio 2010. */
export const glorotLimit = ({ fanIn, fanOut }: MatrixShape): number => Math.sqrt(6 / (fanIn + fanOut));

/** Uniform in +-range times the Glorot limit. */
export function glorot(shape: MatrixShape, range: number, random: SeededRandom): Float32Array {
  const limit = range * glorotLimit(shape);
  const weights = new Float32Array(shape.rows * shape.cols);
  for (let i = 0; i < weights.length; i++) weights[i] = (2 * random.next() - 1) * limit;
  return weights;
}

/** Factor of the code of Ott et al. (2016), from BinaryConnect, on the learning rates of quantized matrices, about 8 for 100 inputs and units. */
export const learningRateScale = ({ fanIn, units }: MatrixShape): number => 1 / Math.sqrt(1.5 / (fanIn + units));

/** Nearest power of two in the logarithm, of s > 0. */
export const nearestPowerOfTwo = (s: number): number => 2 ** Math.round(Math.log2(s));
