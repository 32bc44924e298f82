import type { RowScale } from '../fixed/formats.js';
import type { Layer, LayerType, Matrix } from '../ir/model.js';
import type { TensorId, Weights } from '../ir/program.js';
import type { ProgramBuilder } from './program-builder.js';

/** What a lowered layer hands on. */
export interface Lowered {
  /** Codes of the model's activation bits, the matvec input of the next layer, made in the phase in which it is asked for. */
  hidden(): TensorId;
  /** s16 codes, the network's output when the layer is the last one. */
  output(): TensorId;
}

/** How a layer type becomes ops. A new layer normally needs no C. */
export interface LayerDef<T extends LayerType> {
  readonly recurrent: boolean;
  readonly gates: readonly string[];
  /** Appends the ops of one time step; `x` holds codes of the layer's input, or the symbol of a one-hot one. */
  lower(layer: Extract<Layer, { type: T }>, x: TensorId, builder: ProgramBuilder, last: boolean): Lowered;
}

/** The rows of one gate of a stacked matrix: codes as a view, not a copy. */
export function gateRows(matrix: Matrix, name: string, gate: number, units: number): Weights {
  const { format, cols } = matrix;
  const codes = matrix.codes.subarray(gate * units * cols, (gate + 1) * units * cols);
  return { name, format, rows: units, cols, codes };
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
