import type { RowScaleKind } from '../fixed/formats.js';
import { ALPHABETS, type Alphabet } from '../ir/alphabets.js';
import type { ActivationBits, FormatName } from '../ir/model.js';
import { QUANTIZERS } from '../quantizers/index.js';
import type { RealMatrix } from '../quantizers/real-network.js';
import type { Weights } from './float-network.js';

/** What decides the codes and scales of a matrix. */
export interface MatrixWishes {
  readonly format: FormatName;
  readonly rowScale: RowScaleKind;
  readonly rows: number;
  readonly cols: number;
  /** Of each row: the largest |bias| that is added to its sums. */
  readonly biases: Float64Array;
  /** How many times the largest sum must fit; default 1. */
  readonly reach?: number;
  /** Of the vector that the matrix multiplies. */
  readonly inputBits: ActivationBits;
  readonly inputFraction: number;
  readonly outputFraction: number;
}

export interface QuantizedMatrix {
  readonly matrix: RealMatrix;
  /** Rows whose scale had to be larger than their weights need, and rows that cannot reach half an output unit. */
  readonly coarser: number;
  readonly dead: number;
}

/** |bias code| stays below this, so that sums have room beside it (N2, N4). */
const MAX_BIAS_CODE = 2 ** 29;
/** A sum of products, without its bias and the constants of its roundings. */
const MAX_SUM = 2 ** 31 - MAX_BIAS_CODE - 2 ** 20;
/** Binary places that row scales of shifts may lie below the largest. */
const MAX_SHIFT = 30;

/**
 * Codes and scales of float weights as fixed point can hold them. The quantizer's scale of a row is raised where the
 * bias code or the sum would not fit 32 bits, and to a power of two where scales are shifts, before the codes are
 * chosen; a row whose products cannot reach half an output unit becomes zeros.
 */
export function quantizeMatrix(weights: Weights, wishes: MatrixWishes): QuantizedMatrix {
  const { format, rowScale, rows, cols } = wishes;
  const quantizer = QUANTIZERS[format];
  const { codes, scales } = quantizer.quantize(weights, rows, cols);
  const { isCode } = ALPHABETS[quantizer.alphabet];
  const alphabet = codesOf(ALPHABETS[quantizer.alphabet]);
  const sums = rowSums(weights, rows, cols);
  const least = leastScales(sums, scales, wishes);
  let [coarser, dead] = [0, 0];
  for (let j = 0; j < rows; j++) {
    const row = codes.subarray(j * cols, (j + 1) * cols);
    if (sums[j]! > 0 && isDead(sums[j]!, wishes)) {
      row.fill(0);
      scales[j] = 1;
      // binary has no zero: its row keeps its scale
      if (!isCode(0)) row.fill(1);
      dead++;
      continue;
    }
    const own = scales[j]!;
    const needed = Math.max(own, least[j]!);
    const scale = rowScale === 'shift' && alphabet.length > 3 ? 2 ** Math.ceil(Math.log2(needed)) : needed;
    if (needed > own) coarser++;
    if (scale === own) continue;
    scales[j] = scale;
    for (let i = 0; i < cols; i++) row[i] = nearest(alphabet, weights[j * cols + i]! / scale);
  }
  return { matrix: { format, rows, cols, codes, scales, rowScale }, coarser, dead };
}

/** Codes of an alphabet in ascending order. */
function codesOf({ largest, isCode }: Alphabet): number[] {
  return Array.from({ length: 2 * largest + 1 }, (_, k) => k - largest).filter(isCode);
}

/** The code nearest to a value, the upper one of two. */
function nearest(alphabet: readonly number[], value: number): number {
  let [low, high] = [0, alphabet.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (alphabet[middle]! <= value) low = middle;
    else high = middle;
  }
  return value - alphabet[low]! < alphabet[high]! - value ? alphabet[low]! : alphabet[high]!;
}

function rowSums(weights: Weights, rows: number, cols: number): Float64Array {
  const sums = new Float64Array(rows);
  weights.forEach((weight, k) => {
    sums[Math.floor(k / cols)]! += Math.abs(weight);
  });
  return sums;
}

/** Even the largest inputs give less than half a unit of the output. */
function isDead(sum: number, { inputBits, inputFraction, outputFraction }: MatrixWishes): boolean {
  return sum * 2 ** (inputBits - 1 - inputFraction) < 2 ** -(outputFraction + 1);
}

/** The least scale of each row that fixed point can hold. */
function leastScales(sums: Float64Array, scales: Float64Array, wishes: MatrixWishes): Float64Array {
  const { biases, cols, inputBits, inputFraction, outputFraction, rowScale, reach = 1 } = wishes;
  const room = MAX_SUM / reach / 2 ** (inputBits - 1) - cols / 2;
  const ofBias = (j: number): number => (Math.abs(biases[j]!) / MAX_BIAS_CODE) * 2 ** inputFraction;
  const own = scales.map((_scale, j) => Math.max(ofBias(j), sums[j]! / room));
  if (rowScale === 'multiplier') return own;
  const unit = 2 ** (inputFraction - outputFraction);
  const largest = scales.reduce((most, scale, j) => Math.max(most, scale, own[j]!), unit);
  return own.map((scale) => Math.max(scale, largest * 2 ** -MAX_SHIFT));
}
