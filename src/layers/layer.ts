import type { RowScale } from '../fixed/formats.js';
import type { ActivationBits, Layer, LayerType, Matrix } from '../ir/model.js';
import type { TensorId, Weights } from '../ir/program.js';
import { QUANTIZERS } from '../quantizers/index.js';
import type { Field, Say, Sizes } from './fields.js';
import type { ProgramBuilder, Target } from './program-builder.js';

export type LayerOf<T extends LayerType> = Extract<Layer, { type: T }>;

/** The fields of a layer beside type, name and units, in the order of model.json. An omission is a compile error. */
export type Fields<L> = {
  readonly [K in Exclude<keyof L, 'type' | 'name' | 'units'>]: Field<Exclude<L[K], undefined>, L>;
};

/** What a lowered layer hands on. */
export interface Lowered {
  /** Codes of the model's activation bits, the matvec input of the next layer, made in the phase in which it is asked for. */
  hidden(): TensorId;
  /** s16 codes of the layer as the last one: the network's output, or what a dense layer writes into a state. */
  output(target?: Target): TensorId;
}

/** What the compiler knows of a layer type: its fields in model.json, and its ops. A new layer normally needs no C. */
export interface LayerDef<T extends LayerType> {
  /** It has a state: what it gives depends on earlier time steps. */
  readonly stateful: boolean;
  /** As the last layer it may give quantities (N11): its output codes have a fraction that fits them. */
  quantities?(layer: LayerOf<T>): boolean;
  /** Names of the gates, in the order of the rows of the layer's matrices. */
  readonly gates: readonly string[];
  /** Schema, reading, writing and checking of model.json follow from these. */
  readonly fields: Fields<LayerOf<T>>;
  /** What the fields alone do not say about sizes and input; `at` is the layer's JSON path. */
  check?(layer: LayerOf<T>, sizes: LayerSizes, at: string, say: Say): void;
  /** Appends the ops of one time step; `x` holds codes of the layer's input, or the symbol of a one-hot one. */
  lower(layer: LayerOf<T>, x: TensorId, builder: ProgramBuilder, last: boolean): Lowered;
}

export interface LayerSizes extends Pick<Sizes<Layer>, 'inputs'> {
  /** The layer reads the symbols of a one-hot input. */
  readonly oneHot: boolean;
  /** The layer gives the network's output. */
  readonly last: boolean;
  /** Fraction bits of the layer's input. */
  readonly fraction: number;
  /** Activation bits of the model. */
  readonly bits: ActivationBits;
}

/** The rows of one gate of a stacked matrix: codes as a view, not a copy. */
export function gateRows(matrix: Matrix, name: string, gate: number, units: number): Weights {
  const { format, cols } = matrix;
  const codes = matrix.codes.subarray(gate * units * cols, (gate + 1) * units * cols);
  return { name, alphabet: QUANTIZERS[format].alphabet, rows: units, cols, codes };
}

/** The product of a matrix with the layer's input: codes, or a symbol (of a one-hot vector). */
export function product(builder: ProgramBuilder, weights: Weights, x: TensorId, name: string): TensorId {
  const { fraction } = builder.typeOf(x);
  if (builder.isSymbol(x)) return builder.add('gather', [x], { weights, fraction }, { name });
  return builder.add('matvec', [x], { weights }, { name });
}

export function gateScale(scale: RowScale, gate: number, units: number): RowScale {
  const n = scale.n.subarray(gate * units, (gate + 1) * units);
  return scale.kind === 'shift'
    ? { ...scale, n }
    : { ...scale, m: scale.m.subarray(gate * units, (gate + 1) * units), n };
}
