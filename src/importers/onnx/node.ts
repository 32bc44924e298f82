import { fail } from '../../diagnostics.js';
import { fromHalf } from '../../fixed/half.js';
import { importValue, inFile } from '../diagnostics.js';
import type { Source } from '../importer.js';
import { type ElementType, elementCount, elements, fromBrainFloat, type Tensor } from '../tensor.js';
import { MAX_IMPORT_BYTES } from '../zip.js';
import type { AttributeMessage, NodeMessage, TensorMessage } from './model.js';

/** TensorProto.DataType of the types that are read. */
const TYPES: Readonly<Record<number, ElementType>> = {
  1: 'f32',
  2: 'u8',
  3: 'i8',
  5: 'i16',
  6: 'i32',
  7: 'i64',
  9: 'u8',
  10: 'f16',
  11: 'f64',
  16: 'bf16',
};

/** Two numbers -8 to 7 a byte, the first one in the lower half. */
const INT4 = 22;
const fromNibbles = (bytes: Uint8Array, count: number): Uint8Array =>
  Uint8Array.from({ length: Math.min(count, 2 * bytes.length) }, (_, i) => {
    const half = (bytes[i >> 1]! >> (4 * (i & 1))) & 15;
    return half < 8 ? half : half + 240;
  });

/** Values of a constant. @throws DiagnosticError import_value */
export function readTensor(message: TensorMessage, source: Source): Tensor {
  const { dims, dataType, rawData, externalData, floatData, doubleData, int32Data, int64Data } = message;
  const at = inFile(source.path, `tensor "${message.name[0] ?? ''}"`);
  const count = elementCount(dims);
  const isInt4 = dataType[0] === INT4;
  const type = isInt4 ? 'i8' : TYPES[dataType[0] ?? 0];
  if (type === undefined) return fail(importValue(at, `holds elements of the type ${dataType[0]}`));
  if (!(count * 8 <= MAX_IMPORT_BYTES)) return fail(importValue(at, `has the shape (${dims.join(', ')})`));
  const own = [floatData, doubleData, int64Data, int32Data].find((list) => list.length > 0) ?? [];
  const bytes = externalData.length > 0 ? external(externalData, source) : rawData[0];
  // the bits of each half as a whole number
  const halves = type === 'f16' ? fromHalf : type === 'bf16' ? fromBrainFloat : undefined;
  const packed = Float64Array.from(own, (value) => halves?.(value) ?? value);
  const data = bytes ? elements(isInt4 ? fromNibbles(bytes, count) : bytes, type, count) : packed;
  if (data?.length !== count) return fail(importValue(at, `does not hold the ${count} values of its shape`));
  return { shape: dims, data };
}

/** Large models keep their values in a file beside them. */
function external(entries: TensorMessage['externalData'], source: Source): Uint8Array {
  const facts = new Map(entries.map(({ key, value }) => [key[0], value[0] ?? '']));
  const bytes = source.beside(facts.get('location') ?? '');
  const offset = Number(facts.get('offset') ?? 0);
  return bytes.subarray(offset, offset + Number(facts.get('length') ?? bytes.length - offset));
}

/** A node with its attributes by name. */
export class OnnxNode {
  readonly #attributes: ReadonlyMap<string, AttributeMessage>;

  constructor(
    readonly message: NodeMessage,
    readonly source: Source,
  ) {
    this.#attributes = new Map(message.attribute.map((own) => [own.name[0] ?? '', own]));
  }

  /** Operations of other domains than ONNX's keep their domain in the name. */
  get op(): string {
    const [domain = ''] = this.message.domain;
    const own = this.message.opType[0] ?? '';
    return domain === '' || domain === 'ai.onnx' ? own : `${domain}.${own}`;
  }

  get inputs(): readonly string[] {
    return this.message.input;
  }

  get outputs(): readonly string[] {
    return this.message.output;
  }

  /** For tables and complaints. */
  get label(): string {
    return `${this.op} "${this.message.name[0] ?? this.outputs[0] ?? ''}"`;
  }

  has(name: string): boolean {
    return this.#attributes.has(name);
  }

  integer(name: string, otherwise: number): number {
    return this.#attributes.get(name)?.i[0] ?? otherwise;
  }

  integers(name: string): readonly number[] | undefined {
    return this.#attributes.get(name)?.ints;
  }

  number(name: string, otherwise: number): number {
    return this.#attributes.get(name)?.f[0] ?? otherwise;
  }

  numbers(name: string): readonly number[] {
    return this.#attributes.get(name)?.floats ?? [];
  }

  text(name: string, otherwise: string): string {
    return this.#attributes.get(name)?.s[0] ?? otherwise;
  }

  texts(name: string): readonly string[] | undefined {
    return this.#attributes.get(name)?.strings;
  }

  tensor(name: string): Tensor | undefined {
    const message = this.#attributes.get(name)?.t[0];
    return message && readTensor(message, this.source);
  }
}
