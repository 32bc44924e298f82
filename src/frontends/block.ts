import type { Block, BlockKind, BlockOf } from '../ir/front-end.js';
import type { ConstantValues, CType } from '../ir/plan.js';
import type { StreamField } from '../ir/stream-code.js';
import type { object } from '../validate.js';

/** What passes from one block to the next: frames of `width` integers. */
export interface Signal {
  /** Frames a second. */
  readonly rate: number;
  readonly width: number;
  /** Fraction bits: a value v stands for v * 2^-fraction. */
  readonly fraction: number;
  /** Samples are int16 and come several at a time; values are int32 and come frame by frame. */
  readonly kind: 'samples' | 'values';
  /** Time samples of the front end for each frame, and for the first one. */
  readonly hop: number;
  readonly first: number;
}

/** A field of a block that does not fit the signal or the other fields; the message completes "<value> is not". */
export interface Misfit {
  readonly field: string;
  readonly expected: string;
}

/** The integer evaluation of a block: what the C computes. */
export interface Twin {
  /** As after power-on. */
  reset(): void;
  /** Takes a frame; gives the one that it completes, valid until the next call, or null. */
  push(frame: Int32Array): Int32Array | null;
}

/** A constant array of the generated C. */
export interface BlockConstant {
  readonly name: string;
  readonly ctype: CType;
  readonly values: ConstantValues;
}

/**
 * What the C of a block is made of. Its lines may use `x`, the samples in front of it, `n`, how many time samples they are,
 * and `stream`, `scratch`, `result`; behind it x and n are the samples that it gives, or `scratch->values` a frame.
 */
export interface BlockCode {
  readonly constants: readonly BlockConstant[];
  readonly fields: readonly StreamField[];
  /** int32_t of working memory, `scratch->u.work`, where a frame is made; 0 where there is none. */
  readonly work: number;
  /** Functions of runtime-c/frontends. */
  readonly functions: readonly string[];
  readonly lines: readonly string[];
}

/** The names of a block in the generated C. */
export interface CodeNames {
  /** `kws_log_mel_window` of the constant `window` */
  constant(name: string): string;
  /** `stream->log_mel_ring` of the field `ring` */
  field(name: string): string;
  /** The statement that takes a frame of `scratch->values` through the rest of the chain and the network. */
  readonly frame: string;
  /** Type and largest magnitude of an input code. */
  readonly codeType: string;
  readonly largest: number;
}

/** One kind of block: everything that rnnq knows of it. */
export interface BlockDef<B extends Block> {
  /** The form of its fields in model.json, without `kind`. */
  readonly fields: Parameters<typeof object>[0];
  /** Fields of model.json -> block, and back, where the two differ. */
  read?(file: Readonly<Record<string, unknown>>): B;
  write?(block: B): Readonly<Record<string, unknown>>;
  misfit(block: B, input: Signal): Misfit | null;
  output(block: B, input: Signal): Signal;
  /** @param largest magnitude of an input code */
  twin(block: B, input: Signal, largest: number): Twin;
  code(block: B, input: Signal, names: CodeNames): BlockCode;
  /** For a person: one line. */
  describe(block: B): string;
}

export type BlockDefs = { readonly [K in BlockKind]: BlockDef<BlockOf<K>> };

/** Why a block of samples does not fit the signal; null where it does. */
export const sampleMisfit = ({ kind, fraction }: Signal): Misfit | null =>
  kind === 'samples' && fraction === 0
    ? null
    : { field: 'kind', expected: 'a block for what it gets: it takes samples' };
