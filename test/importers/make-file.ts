import { readFileSync } from 'node:fs';
import { strToU8, zipSync } from 'fflate';
import { packagePath } from '../kernels/run-program.js';

/** A file of another tool as a test describes it; one of the fields says what it is. */
export interface MadeFile {
  readonly name: string;
  readonly text?: string;
  readonly base64?: string;
  /** Configuration of a .keras archive without weights, and its keras_version. */
  readonly keras?: unknown;
  readonly version?: string;
  readonly onnx?: MadeGraph;
  /** Entries of an archive: texts, or { base64 }. */
  readonly zip?: Readonly<Record<string, string | { readonly base64: string }>>;
}

/** A constant filled with one value, or with the values given. */
interface MadeTensor {
  readonly shape: readonly number[];
  readonly fill?: number;
  readonly data?: readonly number[];
  readonly external?: string;
}

export interface MadeGraph {
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly outputs: readonly string[];
  readonly constants?: Readonly<Record<string, MadeTensor>>;
  readonly nodes: readonly {
    readonly op: string;
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];
    readonly attributes?: Readonly<Record<string, number | string | readonly number[] | readonly string[]>>;
  }[];
}

export function makeFile({ text, base64, keras, version = '3.0.0', onnx, zip }: MadeFile): Uint8Array {
  if (onnx !== undefined) return makeOnnx(onnx);
  if (keras !== undefined)
    return zipSync({
      'config.json': strToU8(JSON.stringify(keras)),
      'metadata.json': strToU8(JSON.stringify({ keras_version: version })),
      'model.weights.h5': readFileSync(packagePath('test/importers/fixtures/empty.h5')),
    });
  if (zip !== undefined)
    return zipSync(
      Object.fromEntries(
        Object.entries(zip).map(([name, own]) => [
          name,
          typeof own === 'string' ? strToU8(own) : Buffer.from(own.base64, 'base64'),
        ]),
      ),
    );
  return text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text, 'utf8');
}

// A writer of protobuf that shares nothing with the reader.

function varint(value: number): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return bytes;
}

const whole = (id: number, value: number): number[] => [...varint(id * 8), ...varint(value)];
const bytes = (id: number, value: Iterable<number>): number[] => {
  const list = [...value];
  return [...varint(id * 8 + 2), ...varint(list.length), ...list];
};
const text = (id: number, value: string): number[] => bytes(id, Buffer.from(value, 'utf8'));
const floats = (values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
const fixed32 = (id: number, value: number): number[] => [...varint(id * 8 + 5), ...floats([value])];

function tensor(name: string, { shape, fill = 0, data, external }: MadeTensor): number[] {
  const count = shape.reduce((product, size) => product * size, 1);
  const values = data ?? Array.from({ length: external === undefined ? count : 0 }, () => fill);
  const place = [...text(1, 'location'), ...text(2, external ?? '')];
  return [
    ...shape.flatMap((size) => whole(1, size)),
    ...whole(2, 1),
    ...text(8, name),
    ...(external === undefined ? bytes(9, floats(values)) : [...bytes(13, place), ...whole(14, 1)]),
  ];
}

function attribute(name: string, value: number | string | readonly (number | string)[]): number[] {
  const head = text(1, name);
  if (typeof value === 'string') return [...head, ...text(4, value), ...whole(20, 3)];
  if (typeof value === 'number')
    return Number.isInteger(value)
      ? [...head, ...whole(3, value), ...whole(20, 2)]
      : [...head, ...fixed32(2, value), ...whole(20, 1)];
  if (value.every((own) => typeof own === 'string'))
    return [...head, ...value.flatMap((own) => text(9, own)), ...whole(20, 8)];
  return [...head, ...value.flatMap((own) => whole(8, own as number)), ...whole(20, 7)];
}

const valueInfo = (name: string, shape: readonly number[]): number[] => {
  const dims = shape.flatMap((size) => bytes(1, whole(1, size)));
  return [...text(1, name), ...bytes(2, bytes(1, [...whole(1, 1), ...bytes(2, dims)]))];
};

function makeOnnx({ inputs, outputs, constants = {}, nodes }: MadeGraph): Uint8Array {
  const graph = [
    ...nodes.flatMap(({ op, inputs: reads, outputs: gives, attributes = {} }) =>
      bytes(1, [
        ...reads.flatMap((name) => text(1, name)),
        ...gives.flatMap((name) => text(2, name)),
        ...text(3, `the_${op.toLowerCase()}`),
        ...text(4, op),
        ...Object.entries(attributes).flatMap(([name, value]) => bytes(5, attribute(name, value))),
      ]),
    ),
    ...Object.entries(constants).flatMap(([name, own]) => bytes(5, tensor(name, own))),
    ...Object.entries(inputs).flatMap(([name, shape]) => bytes(11, valueInfo(name, shape))),
    ...outputs.flatMap((name) => bytes(12, valueInfo(name, []))),
  ];
  return Uint8Array.from([...whole(1, 7), ...text(2, 'test'), ...bytes(7, graph), ...bytes(8, whole(2, 14))]);
}
