import { z } from 'zod';
import {
  biasLength,
  type Diagnostic,
  notBase64,
  scaleLength,
  weightsBadCode,
  weightsShapeMismatch,
  weightsWrongBytes,
} from '../diagnostics.js';
import type { RowScale } from '../fixed/formats.js';
import type { ActivationBits, FormatName, Matrix } from '../ir/model.js';
import { QUANTIZERS } from '../quantizers/index.js';
import { list, object, oneOf, positive, variants, whole } from '../validate.js';

/** Collects complaints; `false` is none. */
export type Say = (complaint: Diagnostic | false) => void;

/** What a length or a shape may depend on: the layer itself, and the elements of its input. */
export interface Sizes<L> {
  readonly layer: L;
  readonly inputs: number;
}

/** The values of a layer that model.json and the Model hold in the same form. */
export type Plain<L> = { readonly [K in keyof L as L[K] extends string | number ? K : never]: L[K] };

/** One field of a layer in model.json: its form there, and how it becomes the Model's value and back. */
export interface Field<V, L> {
  readonly schema: z.ZodType;
  /** The least and the largest value where they depend on other fields; part of the form of model.json. */
  limits?(layer: Plain<L>, bits: ActivationBits): readonly [least: number, most: number];
  read(file: unknown, at: string, say: Say): V;
  /** A property, not a method, so that a field of fewer values than the Model's type has does not compile. */
  readonly write: (value: V) => unknown;
  /** What must agree with other fields; `at` is the field's JSON path. */
  check(value: V, sizes: Sizes<L>, at: string, say: Say): void;
}

/** A value that is the same in model.json and in the Model. */
const plain = <V>(schema: z.ZodType): Field<V, unknown> => ({
  schema,
  read: (file) => file as V,
  write: (value) => value,
  check: () => undefined,
});

/** One of some words. */
export const choice = <const W extends string>(...words: readonly [W, ...W[]]): Field<W, unknown> =>
  plain(oneOf(words));

/** A whole number; `limits` narrows its range by other fields. */
export const integer = <L>(least: number, most: number, limits?: Field<number, L>['limits']): Field<number, L> => ({
  ...plain<number>(whole(least, most)),
  ...(limits && { limits }),
});

/** A field that is written only where it says something; the Model has no such key then. */
export const optional = <V, L>(field: Field<V, L>): Field<V, L> => ({ ...field, schema: field.schema.optional() });

/** A field that is written only where it has another value than in earlier versions of rnnq. */
export const withDefault = <V, L>(field: Field<V, L>, value: V): Field<V, L> => ({
  ...field,
  schema: field.schema.default(value),
  write: (own) => (own === value ? undefined : field.write(own)),
});

/** Fraction bits of a tensor. */
export const fraction = <L>(limits?: Field<number, L>['limits']): Field<number, L> => integer(0, 15, limits);

/** A list of integers whose length follows from the layer. */
export const integers = <A extends Int32Array | Int16Array | Uint8Array, L>(
  type: { from(values: readonly number[]): NoInfer<A> },
  [least, most]: readonly [least: number, most: number],
  length: (sizes: Sizes<L>) => number,
): Field<A, L> => ({
  schema: list(whole(least, most)),
  read: (file) => type.from(file as number[]),
  write: (value) => [...value],
  check: (value, sizes, at, say) => {
    const expected = length(sizes);
    say(value.length !== expected && biasLength(at, expected, value.length));
  },
});

const MAX_BIAS = 2 ** 30;
/** Biases: codes in accumulator units. */
export const bias = <L>(length: (sizes: Sizes<L>) => number): Field<Int32Array, L> =>
  integers<Int32Array, L>(Int32Array, [-MAX_BIAS, MAX_BIAS], length);

/** Range of a shift to the right. */
export const SHIFT: readonly [number, number] = [0, 30];

const shift = whole(...SHIFT);
const scaleFile = variants(
  'kind',
  ['shift', 'multiplier'],
  [
    object({ kind: z.literal('shift'), left: whole(0, 15), n: list(shift) }),
    object({ kind: z.literal('multiplier'), pre: shift, m: list(whole(1, 32767)), n: list(shift) }),
  ],
);
const matrixFile = object({
  format: oneOf(Object.keys(QUANTIZERS) as [FormatName, ...FormatName[]]),
  rows: whole(1, Number.MAX_SAFE_INTEGER),
  cols: whole(1, Number.MAX_SAFE_INTEGER),
  codes: z.string('a text in base64'),
  scale: scaleFile,
  realScale: list(positive()),
});
type MatrixFile = z.infer<typeof matrixFile>;

/** A weight matrix; `shape` gives its rows and columns. */
export const matrix = <L>(shape: (sizes: Sizes<L>) => readonly [rows: number, cols: number]): Field<Matrix, L> => ({
  schema: matrixFile,
  read: (file, at, say) => readMatrix(file as MatrixFile, at, say),
  write: writeMatrix,
  check: (value, sizes, at, say) => checkMatrix(value, shape(sizes), at, say),
});

/** The matrices of a recurrent layer, the rows of all gates one after the other, and whether they share row scales. */
export const recurrentMatrices = (gates: readonly string[]) => ({
  scope: choice('joint', 'separate'),
  input: matrix(({ layer, inputs }: Sizes<{ readonly units: number }>) => [gates.length * layer.units, inputs]),
  recurrent: matrix(({ layer }: Sizes<{ readonly units: number }>) => [gates.length * layer.units, layer.units]),
});

function readMatrix(file: MatrixFile, at: string, say: Say): Matrix {
  const { format, rows, cols } = file;
  const quantizer = QUANTIZERS[format];
  const bytes = fromBase64(file.codes);
  const expected = quantizer.bytes(rows * cols);
  let codes: Int8Array | null = null;
  if (bytes === null) say(notBase64(`${at}/codes`));
  else if (bytes.length !== expected) say(weightsWrongBytes(`${at}/codes`, rows, cols, format, expected, bytes.length));
  else {
    codes = quantizer.unpack(bytes, rows * cols);
    say(codes === null && weightsBadCode(`${at}/codes`, format));
  }
  const realScale = Float64Array.from(file.realScale);
  return { format, rows, cols, codes: codes ?? new Int8Array(0), scale: readScale(file.scale), realScale };
}

const readScale = (scale: MatrixFile['scale']): RowScale =>
  scale.kind === 'shift'
    ? { ...scale, n: Uint8Array.from(scale.n) }
    : { ...scale, m: Int16Array.from(scale.m), n: Uint8Array.from(scale.n) };

const writeMatrix = ({ format, rows, cols, codes, scale, realScale }: Matrix): MatrixFile => ({
  format,
  rows,
  cols,
  codes: toBase64(QUANTIZERS[format].pack(codes)),
  scale:
    scale.kind === 'shift'
      ? { kind: scale.kind, left: scale.left, n: [...scale.n] }
      : { kind: scale.kind, pre: scale.pre, m: [...scale.m], n: [...scale.n] },
  realScale: [...realScale],
});

function checkMatrix(
  { rows, cols, scale, realScale }: Matrix,
  [expectedRows, expectedCols]: readonly [number, number],
  at: string,
  say: Say,
): void {
  say(rows !== expectedRows && weightsShapeMismatch(at, 'rows', expectedRows, rows));
  say(cols !== expectedCols && weightsShapeMismatch(at, 'columns', expectedCols, cols));
  say(scale.n.length !== rows && scaleLength(`${at}/scale/n`, rows, scale.n.length));
  if (scale.kind === 'multiplier') say(scale.m.length !== rows && scaleLength(`${at}/scale/m`, rows, scale.m.length));
  say(realScale.length !== rows && scaleLength(`${at}/realScale`, rows, realScale.length));
}

export const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** The bytes, or null. Node skips what is not base64, so the bytes must give the same text back. */
export function fromBase64(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}
