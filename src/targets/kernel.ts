import type { TableName } from '../fixed/tables.js';
import type { Constant, ConstantValues, CType } from '../ir/plan.js';
import type { DType, Op, OpKind, TensorType } from '../ir/program.js';

export type Isa = 'c' | 'dsp' | 'mve';

/** What a kernel is asked to do. */
export interface KernelContext<K extends OpKind> {
  readonly op: Op<K>;
  readonly inputs: readonly TensorType[];
  readonly output: TensorType;
}

/** Arguments in the order of the C declaration; `elements` restates what the C source touches. */
export type KernelArgument =
  | { readonly kind: 'output'; readonly elements: number }
  | { readonly kind: 'input'; readonly index: number; readonly elements: number }
  | {
      readonly kind: 'constant';
      readonly name: string;
      readonly ctype: CType;
      readonly values: ConstantValues;
      readonly role: Constant['role'];
      readonly elements: number;
    }
  | { readonly kind: 'table'; readonly table: TableName; readonly elements: number }
  | { readonly kind: 'integer'; readonly value: number };

/** One C function of runtime-c/kernels that implements an op for given types. */
export interface Kernel<K extends OpKind = OpKind> {
  /** rnnq_<op>_<types>[_<form>]_<isa>; the file is called like it, without rnnq_. */
  readonly symbol: string;
  readonly op: K;
  readonly isa: Isa;
  /** Inputs whose array may also be the output's. */
  readonly inPlace: readonly number[];
  accepts(context: KernelContext<K>): boolean;
  /** `name` is the output tensor's name, from which constants take theirs. */
  arguments(context: KernelContext<K>, name: string): readonly KernelArgument[];
}

export const hasTypes = ({ inputs, output }: KernelContext<OpKind>, ...dtypes: readonly DType[]): boolean =>
  dtypes.every((dtype, i) => (i < inputs.length ? inputs[i]! : output).dtype === dtype);

export const integer = (value: number): KernelArgument => ({ kind: 'integer', value });
