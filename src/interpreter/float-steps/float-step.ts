import type { ActivationBits, CellActivation, Layer, LayerType, Matrix } from '../../ir/model.js';
import type { Arithmetic } from '../arithmetic.js';
import { map, points, rowSums, type Values } from '../intervals.js';

/** Fraction bits of pre-activations (N5). */
export const PREACTIVATION_FRACTION = 12;

/** N5, N13: fraction bits of the pre-activations of a GRU or an LSTM, whose state has `hidden` fraction bits. */
export const fractionOfSums = (activation: CellActivation, hidden: number): number =>
  activation === 'relu' ? Math.min(PREACTIVATION_FRACTION, hidden + 6) : PREACTIVATION_FRACTION;

/** What a matrix multiplies: values, or the symbol of a one-hot input; with the fraction bits of their codes. */
export interface LayerInput {
  readonly values: Values | number;
  readonly fraction: number;
}

/**
 * State of one layer after a step; h is the result of every layer, c only an LSTM's cell. Of a layer that looks at its last
 * inputs also these or what came of them (`partial`), their count, and whether it waits for more: layers behind it are as they were
 * then.
 */
export interface LayerState {
  readonly h: Values;
  readonly c: Values;
  readonly window?: Values;
  readonly count?: Values;
  readonly partial?: Values;
  readonly waits?: boolean;
}

/** Fraction bits of the states that a layer keeps, in the order in which a program declares them. */
export type StateFractions = { readonly [name in StateName]?: number };
export type StateName = Exclude<keyof LayerState, 'waits'>;

/** A matrix of a layer under its name there: the fraction bits of the codes that it multiplies and of its result. */
export interface ScaledMatrix {
  readonly name: string;
  readonly matrix: Matrix;
  readonly from: number;
  readonly to: number;
}

/** Where a layer is: activation bits of the model; `last`: it gives the network's output; the steps since the reset before this one. */
export interface Place {
  readonly bits: ActivationBits;
  readonly last: boolean;
  readonly step: number;
}

/**
 * One layer type in real numbers. It reads the Model alone and shares no code with src/layers, which lowers the same layer:
 * a mistake made in one of them is not made in the other.
 */
export interface FloatStep<T extends LayerType> {
  states(layer: Extract<Layer, { type: T }>, bits: ActivationBits, inputFraction: number): StateFractions;
  matrices(layer: Extract<Layer, { type: T }>, inputFraction: number, bits: ActivationBits): readonly ScaledMatrix[];
  /** One time step with the quantized weights. */
  step(
    layer: Extract<Layer, { type: T }>,
    x: LayerInput,
    before: LayerState,
    place: Place,
    arithmetic: Arithmetic,
  ): LayerState;
}

/** realScale_j * (bias_j 2^-fraction + sum_i codes_ji v_i), unrounded. */
export function product(
  { codes, rows, cols, realScale }: Matrix,
  { values, fraction }: LayerInput,
  bias: Int32Array | null,
): Values {
  const unit = 2 ** -fraction;
  const column = (k: number): Values =>
    points(Float64Array.from({ length: rows }, (_, j) => (k >= 0 && k < cols ? codes[j * cols + k]! : 0)));
  const sums = typeof values === 'number' ? column(values) : rowSums(codes, rows, cols, values);
  return scaledSums({ realScale }, sums, bias, unit);
}

/** realScale_j * (bias_j unit + sum_j), unrounded. */
export function scaledSums(
  { realScale }: Pick<Matrix, 'realScale'>,
  sums: Values,
  bias: Int32Array | null,
  unit: number,
): Values {
  const scaled = (x: number, j: number) => realScale[j]! * (bias === null ? x : bias[j]! * unit + x);
  const low = map(sums.low, scaled);
  return { low, high: sums.low === sums.high ? low : map(sums.high, scaled) };
}
