import type { AlphabetName } from '../ir/alphabets.js';
import { type CodeBlock, type ConstantValues, CTYPE_BYTES, type CType } from '../ir/plan.js';
import type { Weights } from '../ir/program.js';

export type Isa = 'c' | 'dsp' | 'mve';

/** What a kernel is asked to do: the product of a matrix with a vector, or with a one-hot one (gather). */
export interface MatrixTask {
  /** Rows padded to a multiple of those of the kernel's tile. */
  readonly weights: Weights;
  /** Add to what the output holds instead of overwriting it. */
  readonly addToOutput: boolean;
  /** Fraction bits of a one-hot input; a matvec does not need them. */
  readonly fraction: number;
  /** Tiles of inputs whose tables are in memory at a time; kernels without tables do not need it. */
  readonly block: number;
}

/** Weights as a kernel stores them. */
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

/** What the time of a kernel depends on, and the bytes of a generated one; see targets/costs.ts. */
export interface Counts {
  readonly product: number;
  readonly row: number;
  readonly group: number;
  readonly pass: number;
  readonly tail: number;
  readonly odd: number;
}

/** Rows and inputs that the inner loop of a kernel does at a time. */
export interface Tile {
  readonly rows: number;
  readonly inputs: number;
}

/** One C function that multiplies matrices of some alphabets; of runtime-c/kernels, or generated. */
export interface Kernel {
  /** rnnq_<op>_<input>_<stem>_<isa>; the file is called like it, without rnnq_. */
  readonly symbol: string;
  readonly op: 'matvec' | 'gather';
  readonly isa: Isa;
  /** Type of the vector; that of a gather is a symbol. */
  readonly input: 's8' | 's16';
  readonly alphabets: readonly AlphabetName[];
  readonly tile: Tile;
  /** Tiles of inputs that its inner loop does between two tests for its end. */
  readonly unrolled: number;
  /** Tiles of inputs for which it can keep tables: all at a time, or fewer at a time for less memory; empty: no tables. */
  readonly blocks: readonly ('all' | number)[];
  /** Passes over the rows that a task takes. */
  passes(task: MatrixTask): number;
  arguments(task: MatrixTask): readonly KernelArgument[];
  /** Whether it can do weights of its alphabets; without it: any. */
  fits?(weights: Weights): boolean;
  /** Counts that depend on the weights themselves; without it: on their shape only. */
  counts?(weights: Weights): Partial<Counts>;
  /** The function is generated, of what this gives: the weights are in its code, and it is in no file of runtime-c. */
  generate?(weights: Weights): readonly CodeBlock[];
}

/** How a kernel stores weights. `bytes` restates what its C source reads. */
export interface Packing {
  readonly ctype: CType;
  bytes(weights: Weights, block: number): number;
  pack(weights: Weights, block: number): ConstantValues;
}

/** What differs from kernel to kernel; everything else follows. */
interface MatvecRow extends Pick<Kernel, 'input' | 'isa' | 'alphabets' | 'tile' | 'fits' | 'counts'> {
  readonly stem: string;
  readonly packing: Packing;
  readonly unrolled?: number;
  readonly blocks?: Kernel['blocks'];
  readonly passes?: Kernel['passes'];
  /** Working memory. */
  readonly work?: { readonly ctype: CType; elements(task: MatrixTask): number };
  /** Integers before `add`; without it: rows and columns. */
  readonly parameters?: (task: MatrixTask) => readonly number[];
}

const integer = (value: number): KernelArgument => ({ kind: 'integer', value });

function weightsArgument({ ctype, bytes, pack }: Packing, weights: Weights, block: number): KernelArgument {
  const size = bytes(weights, block);
  const packed = (): Packed => ({ ctype, values: pack(weights, block) });
  return { kind: 'weights', pack: packed, elements: size / CTYPE_BYTES[ctype], bytes: size };
}

/** A function of runtime-c/kernels/matvec, called (out, x, w[, work], parameters, add). */
export const matvec = (row: MatvecRow): Kernel => ({
  symbol: `rnnq_matvec_${row.input}_${row.stem}_${row.isa}`,
  op: 'matvec',
  ...{ isa: row.isa, input: row.input, alphabets: row.alphabets, tile: row.tile },
  unrolled: row.unrolled ?? 1,
  blocks: row.blocks ?? [],
  passes: row.passes ?? (() => 1),
  ...(row.fits && { fits: row.fits }),
  ...(row.counts && { counts: row.counts }),
  arguments: (task) => {
    const { weights, addToOutput, block } = task;
    const { rows, cols } = weights;
    const { work, parameters = () => [rows, cols] } = row;
    return [
      { kind: 'output', elements: rows },
      { kind: 'input', elements: cols },
      weightsArgument(row.packing, weights, block),
      ...(work ? [{ kind: 'scratch', ctype: work.ctype, elements: work.elements(task) } as const] : []),
      ...[...parameters(task), Number(addToOutput)].map(integer),
    ];
  },
});

/** A function of runtime-c/kernels/gather, called (out, symbol, w, rows, cols, fraction); `packing` gets columns as rows. */
export const gather = (stem: string, alphabets: readonly AlphabetName[], packing: Packing): Kernel => ({
  symbol: `rnnq_gather_${stem}_c`,
  ...{ op: 'gather', isa: 'c', input: 's16', alphabets, unrolled: 1, blocks: [], passes: () => 1 },
  tile: { rows: 8, inputs: 1 }, // so that a matvec that adds to its output finds zeros behind the rows
  arguments: ({ weights, fraction }) => {
    const { rows, cols } = weights;
    return [
      { kind: 'output', elements: rows },
      { kind: 'input', elements: 1 },
      weightsArgument(packing, transposed(weights), 0),
      ...[rows, cols, fraction].map(integer),
    ];
  },
});

/** Columns become rows: a gather reads one of them. */
export function transposed({ codes, rows, cols, ...rest }: Weights): Weights {
  const turned = new Int8Array(codes.length);
  for (let j = 0; j < rows; j++) for (let i = 0; i < cols; i++) turned[i * rows + j] = codes[j * cols + i]!;
  return { ...rest, codes: turned, rows: cols, cols: rows };
}
