import { DTYPE_RANGE, type DType, type OpAttributes, type OpKind, type TensorType } from '../../src/ir/program.js';

/** Attributes and types of inputs that belong together. */
export interface Variant<K extends OpKind> {
  readonly attributes: OpAttributes[K];
  readonly inputs: readonly TensorType[];
}

export const SYMMETRIC = { s8: [-127, 127], s16: [-32767, 32767] } as const;

export const tensor = (
  dtype: DType,
  length: number,
  range: readonly [number, number] = DTYPE_RANGE[dtype],
  fraction = 0,
): TensorType => ({
  dtype,
  fraction,
  length,
  min: range[0],
  max: range[1],
});
