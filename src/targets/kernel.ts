import type { FormatName } from '../ir/model.js';
import type { CodeBlock, ConstantValues, CType } from '../ir/plan.js';
import type { Weights } from '../ir/program.js';

export type Isa = 'c' | 'dsp' | 'mve';

/** What a kernel is asked to do: the product of a matrix with a vector, or with a one-hot one (gather). */
export interface MatrixTask {
  /** Rows padded to a multiple of the kernel's `rowBlock`. */
  readonly weights: Weights;
  /** Add to what the output holds instead of overwriting it. */
  readonly accumulate: boolean;
  /** Fraction bits of a one-hot input; a matvec does not need them. */
  readonly fraction: number;
  /** Groups of inputs whose tables are in memory at a time; kernels without tables do not need it. */
  readonly block: number;
}

/** Weights, or working memory. */
export interface Packed {
  readonly ctype: CType;
  readonly values: ConstantValues;
}

/** Arguments in the order of the C declaration; `elements` restates what the C source touches. */
export type KernelArgument =
  | { readonly kind: 'output'; readonly elements: number }
  | { readonly kind: 'input'; readonly elements: number }
  | { readonly kind: 'weights'; readonly pack: () => Packed; readonly elements: number; readonly bytes: number }
  | { readonly kind: 'scratch'; readonly ctype: CType; readonly elements: number }
  | { readonly kind: 'integer'; readonly value: number };

/** What the time of a kernel depends on, and the bytes of a generated one; see KernelCost. */
export interface Counts {
  readonly product: number;
  readonly row: number;
  readonly group: number;
  readonly pass: number;
  readonly tail: number;
  readonly odd: number;
}

/** One C function that multiplies matrices of some formats; of runtime-c/kernels, or generated. */
export interface Kernel {
  /** rnnq_<op>_<types>_<packing>_<isa>; the file is called like it, without rnnq_. */
  readonly symbol: string;
  readonly op: 'matvec' | 'gather';
  readonly isa: Isa;
  /** Type of the vector; that of a gather is a symbol. */
  readonly input: 's8' | 's16';
  readonly formats: readonly FormatName[];
  /** Rows it does at a time. */
  readonly rowBlock: number;
  /** Inputs that its inner loop does at a time. */
  readonly group: number;
  /** Groups of inputs for which it can keep tables: all at a time, or fewer at a time for less memory; empty: no tables. */
  readonly blocks: readonly ('all' | number)[];
  /** Passes over the rows that a task takes. */
  passes(task: MatrixTask): number;
  arguments(task: MatrixTask): readonly KernelArgument[];
  /** Whether it can do weights of its formats; without it: any. */
  fits?(weights: Weights): boolean;
  /** Counts that depend on the weights themselves; without it: on their shape only. */
  counts?(weights: Weights): Partial<Counts>;
  /** The function is generated, of what this gives: the weights are in its code, and it stands in no file of runtime-c. */
  generate?(weights: Weights): readonly CodeBlock[];
}

export const integer = (value: number): KernelArgument => ({ kind: 'integer', value });
