import type { TableName } from '../fixed/tables.js';
import type { Op, PhaseName, Program, TensorId } from './program.js';

export type CType = 'int8_t' | 'uint8_t' | 'int16_t' | 'int32_t';
export type ConstantValues = Int8Array | Uint8Array | Int16Array | Int32Array;

/** A constant array of the generated C. */
export interface Constant {
  readonly name: string;
  readonly ctype: CType;
  readonly values: ConstantValues;
  readonly role: 'weights' | 'bias' | 'scale' | 'table';
  /** JSON path of the layer; tables belong to none. */
  readonly origin: string;
}

/** An argument of a kernel call. `elements`: how many elements the kernel may touch behind a pointer, from its C source. */
export type Argument =
  | { readonly kind: 'tensor'; readonly id: TensorId; readonly elements: number }
  | { readonly kind: 'constant'; readonly name: string; readonly elements: number }
  | { readonly kind: 'table'; readonly table: TableName; readonly elements: number }
  | { readonly kind: 'integer'; readonly value: number };

/** One call of a kernel; the first argument is the output. */
export interface Call {
  readonly symbol: string;
  readonly arguments: readonly Argument[];
  readonly op: Op;
  /** Inputs whose place the output may take. */
  readonly inPlace: readonly number[];
}

/** Where a local tensor lies in the scratch structure, and when it lives: calls are counted through advance, then output. */
export interface Placement {
  readonly tensor: TensorId;
  readonly slot: number;
  readonly offset: number;
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
}

/** A union of arrays that never live at the same time. */
export interface Slot {
  readonly offset: number;
  readonly bytes: number;
}

export interface Plan {
  readonly program: Program;
  readonly core: string;
  readonly calls: { readonly [P in PhaseName]: readonly Call[] };
  readonly constants: readonly Constant[];
  readonly tables: readonly TableName[];
  readonly slots: readonly Slot[];
  readonly placements: readonly Placement[];
  /** sizeof the state and scratch structures, bytes. */
  readonly stateBytes: number;
  readonly scratchBytes: number;
  /** Kernel symbols, sorted: the build needs exactly these. */
  readonly kernels: readonly string[];
}
