/**
 * Row scale of a matrix (N2): accumulator -> output codes.
 * shift:      y = roundShift(a * 2^left, n[j])
 * multiplier: y = roundShift(roundShift(a, pre) * m[j], n[j])
 */
export type RowScale =
  | { readonly kind: 'shift'; readonly left: number; readonly n: Uint8Array }
  | { readonly kind: 'multiplier'; readonly pre: number; readonly m: Int16Array; readonly n: Uint8Array };
export type RowScaleKind = RowScale['kind'];

/** Why a real scale has no fixed-point form; `row` counts from 0. */
export class ScaleRangeError extends Error {
  constructor(
    readonly row: number,
    readonly scale: number,
    readonly reason: string,
  ) {
    super(`row ${row}: scale ${scale}: ${reason}`);
  }
}

/** The rows that share one RowScale: a matrix, or two matrices side by side where the scale is joint. */
export interface ScaledRows {
  /** Real scale of each row: real weight = scale * code. Positive and finite. */
  readonly scales: Float64Array;
  /** Sum of |code| of each row; for a joint scale over both matrices. */
  readonly magnitudes: Float64Array;
  /** Integer bias codes of each row (see quantizeBias). */
  readonly biases: Int32Array;
  /** Fraction bits of the accumulator's input and of the output. */
  readonly inputFraction: number;
  readonly outputFraction: number;
  /** Bits of the accumulator's input. */
  readonly inputBits: 8 | 16;
}

/** N2: the least pre-shift p with (ceil(A / 2^p) + 1) * 32767 + 2^29 <= 2^31 - 1, for |accumulator| <= A. */
export function choosePreShift(largestAccumulator: number): number {
  let p = 0;
  while ((Math.ceil(largestAccumulator / 2 ** p) + 1) * 32767 + 2 ** 29 > 2 ** 31 - 1) p++;
  return p;
}

/** The largest |accumulator| any row can reach with inputs of magnitude 128, or 32768. */
export const largestAccumulator = (rows: ScaledRows): number =>
  rows.magnitudes.reduce(
    (most, sum, j) => Math.max(most, sum * 2 ** (rows.inputBits - 1) + Math.abs(rows.biases[j]!)),
    0,
  );

/** N3: real scale s > 0 -> 15-bit multiplier and shift, m * 2^-(n + pre) ~ s. */
export function chooseMultiplier(s: number, pre: number, row = 0): { m: number; n: number } {
  if (!(s > 0) || !Number.isFinite(s)) throw new ScaleRangeError(row, s, 'must be positive and finite');
  const e = floorLog2(s);
  let n0 = Math.min(14 - e, 30 + pre);
  let m = Math.floor(s * 2 ** n0 + 0.5);
  if (m === 2 ** 15) {
    m = 2 ** 14;
    n0 -= 1;
  }
  const n = n0 - pre;
  if (n < 0) throw new ScaleRangeError(row, s, `too large for a 15-bit multiplier after a pre-shift of ${pre}`);
  if (m === 0) throw new ScaleRangeError(row, s, 'too small: its multiplier rounds to zero');
  return { m, n };
}

/**
 * Chooses the fixed-point row scale for real scales s_row * 2^(outputFraction - inputFraction). A row without a
 * non-zero weight gets the scale 1. Throws ScaleRangeError.
 */
export function chooseRowScale(kind: RowScaleKind, rows: ScaledRows): RowScale {
  const gain = 2 ** (rows.outputFraction - rows.inputFraction);
  const used = (j: number) => rows.magnitudes[j]! > 0;
  if (kind === 'multiplier') {
    const pre = choosePreShift(largestAccumulator(rows));
    const pairs = Array.from(rows.scales, (s, j) => chooseMultiplier(used(j) ? s * gain : 1, pre, j));
    return {
      kind,
      pre,
      m: Int16Array.from(pairs, (p) => p.m),
      n: Uint8Array.from(pairs, (p) => p.n),
    };
  }
  const exponents = Array.from(rows.scales, (s, j) => {
    if (!used(j)) return 0;
    if (!(s > 0) || !Number.isFinite(s)) throw new ScaleRangeError(j, s, 'must be positive and finite');
    return floorLog2(s * gain * Math.SQRT2);
  });
  const left = exponents.reduce((most, e) => Math.max(most, e), 0);
  const n = exponents.map((e) => left - e);
  const large = exponents.indexOf(left);
  if (left > 15)
    throw new ScaleRangeError(large, rows.scales[large]!, 'too large: above 2^15 output units per accumulator unit');
  const small = n.findIndex((shift) => shift > 30);
  if (small >= 0)
    throw new ScaleRangeError(
      small,
      rows.scales[small]!,
      'more than 30 binary places below the largest, or below one output unit',
    );
  return { kind, left, n: Uint8Array.from(n) };
}

/** Real value of one unit of the accumulator after row scaling: what the chosen integers stand for. */
export const realScale = (scale: RowScale, j: number): number =>
  scale.kind === 'shift' ? 2 ** (scale.left - scale.n[j]!) : scale.m[j]! * 2 ** -(scale.pre + scale.n[j]!);

/** N4: bias code in accumulator units, floor(b / (s * 2^-inputFraction) + 0.5). Throws ScaleRangeError past 2^30. */
export function quantizeBias(bias: number, scale: number, inputFraction: number, row = 0): number {
  const code = Math.floor((bias / scale) * 2 ** inputFraction + 0.5);
  if (!Number.isFinite(code) || Math.abs(code) > 2 ** 30)
    throw new ScaleRangeError(row, scale, `the bias ${bias} needs a code beyond 2^30`);
  return code + 0;
}

/** Room above the largest value that was seen. */
export const MARGIN = 1.1;

/** Fraction bits for values up to `largest` in an integer of `bits` bits, with a margin of 10 % (N9). */
export function chooseFraction(largest: number, bits: 8 | 16): number {
  const most = 2 ** (bits - 1) - 1;
  if (!(largest > 0) || !Number.isFinite(largest)) return bits - 1;
  return Math.max(0, Math.min(bits - 1, Math.floor(Math.log2(most / (largest * MARGIN)))));
}

/** Table shift of a pre-activation: roundShift(p, F - q) (N5). */

/** floor(log2 s), exact: from the float64 exponent, not from a rounded logarithm. */
function floorLog2(s: number): number {
  let e = Math.floor(Math.log2(s));
  if (2 ** e > s) e -= 1;
  if (2 ** (e + 1) <= s) e += 1;
  return e;
}
