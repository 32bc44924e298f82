import { type Field, float, message, raw, text, whole } from './protobuf.js';

// The messages of onnx.proto that an exporter writes, with their field numbers.

/** An attribute of a node: a whole number from 0 on, whole numbers, real numbers, or texts. */
export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] };

/** TensorProto.DataType and the bytes of an array's elements. */
const TYPES = {
  float: { id: 1, write: (values: ArrayLike<number>) => bytesOf(values, 4, (b, v, at) => b.writeFloatLE(v, at)) },
  int8: { id: 3, write: (values: ArrayLike<number>) => bytesOf(values, 1, (b, v, at) => b.writeInt8(v, at)) },
  int32: { id: 6, write: (values: ArrayLike<number>) => bytesOf(values, 4, (b, v, at) => b.writeInt32LE(v, at)) },
  int64: {
    id: 7,
    write: (values: ArrayLike<number>) => bytesOf(values, 8, (b, v, at) => b.writeBigInt64LE(BigInt(v), at)),
  },
  int4: { id: 22, write: nibbles },
} as const;
export type ElementType = keyof typeof TYPES;

function bytesOf(
  values: ArrayLike<number>,
  size: number,
  write: (buffer: Buffer, value: number, at: number) => void,
): Buffer {
  const buffer = Buffer.alloc(values.length * size);
  for (let i = 0; i < values.length; i++) write(buffer, values[i]!, i * size);
  return buffer;
}

/** Two codes -8 to 7 a byte, the first one in the lower half. */
function nibbles(values: ArrayLike<number>): Buffer {
  const buffer = Buffer.alloc(Math.ceil(values.length / 2));
  for (let i = 0; i < values.length; i++) buffer[i >> 1]! |= (values[i]! & 15) << (4 * (i & 1));
  return buffer;
}

/** A constant along whose `axis` each place has a scale: real value = code * scale. */
export interface Codes {
  readonly type: 'int8' | 'int4' | 'int32';
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  readonly scale: ArrayLike<number>;
  readonly axis: number;
}

/** A graph of nodes and constants, built in the order in which it runs. Values are known by name. */
export class OnnxGraph {
  readonly #nodes: Field[] = [];
  readonly #constants: Field[] = [];

  /** A node with one output, which has its name. */
  node(
    op: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    const fields = Object.entries(attributes).map(([name, value]) => message(5, [text(1, name), ...attribute(value)]));
    this.#nodes.push(
      message(1, [...inputs.map((name) => text(1, name)), text(2, output), text(3, output), text(4, op), ...fields]),
    );
    return output;
  }

  constant(name: string, type: ElementType, shape: readonly number[], values: ArrayLike<number>): string {
    const { id, write } = TYPES[type];
    const dims = shape.map((size) => whole(1, size));
    this.#constants.push(message(5, [...dims, whole(2, id), text(8, name), raw(9, write(values))]));
    return name;
  }

  /** Codes behind a DequantizeLinear: constants `name`.codes and `name`.scale, the value `name`. */
  dequantized(name: string, { type, shape, values, scale, axis }: Codes): string {
    const codes = this.constant(`${name}.codes`, type, shape, values);
    const scales = this.constant(`${name}.scale`, 'float', [scale.length], scale);
    return this.node('DequantizeLinear', [codes, scales], name, { axis: { int: axis } });
  }

  /** The bytes of the graph, as the field of its model. Axes with names are those that are open. */
  field(name: string, input: ValueInfo, output: ValueInfo): Field {
    return message(7, [...this.#nodes, text(2, name), ...this.#constants, valueInfo(11, input), valueInfo(12, output)]);
  }
}

/** An input or output of a graph, of float32. */
export interface ValueInfo {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

function valueInfo(id: number, { name, shape }: ValueInfo): Field {
  const dims = shape.map((size) => message(1, [typeof size === 'number' ? whole(1, size) : text(2, size)]));
  return message(id, [text(1, name), message(2, [message(1, [whole(1, TYPES.float.id), message(2, dims)])])]);
}

function attribute(value: Attribute): Field[] {
  const type = (id: number): Field => whole(20, id);
  if ('int' in value) return [whole(3, value.int), type(2)];
  if ('floats' in value) return [...value.floats.map((x) => float(7, x)), type(6)];
  if ('ints' in value) return [...value.ints.map((x) => whole(8, x)), type(7)];
  return [...value.strings.map((x) => text(9, x)), type(8)];
}

/** A whole file: `facts` become metadata_props. */
export function onnxFile(
  graph: Field,
  operatorSet: number,
  version: string,
  facts: ReadonlyMap<string, string>,
): Buffer {
  // IR versions that came with the operator sets
  const ir = operatorSet >= 21 ? 10 : 7;
  return Buffer.concat([
    whole(1, ir),
    text(2, PRODUCER),
    text(3, version),
    graph,
    message(8, [text(1, ''), whole(2, operatorSet)]),
    ...Array.from(facts, ([key, value]) => message(14, [text(1, key), text(2, value)])),
  ]);
}

const PRODUCER = 'rnnq';
/** Bytes at the beginning of every file, behind its IR version. */
export const ONNX_HEAD = Buffer.from(text(2, PRODUCER)).toString('latin1');
