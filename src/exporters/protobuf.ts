// Writes fields of protobuf messages: what src/importers/onnx/protobuf.ts reads. Protobuf wire format, varint, 32-bit, length-delimited.

/** A field as its bytes. */
export type Field = Uint8Array;

/** A base-128 number, 0 to 2^53. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

const tag = (id: number, wire: 0 | 2 | 5): number[] => varint(id * 8 + wire);

/** A whole number from 0 on. */
export const whole = (id: number, value: number): Field => Buffer.from([...tag(id, 0), ...varint(value)]);

export function float(id: number, value: number): Field {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([Buffer.from(tag(id, 5)), bytes]);
}

export const raw = (id: number, content: Uint8Array): Field =>
  Buffer.concat([Buffer.from([...tag(id, 2), ...varint(content.length)]), content]);

export const text = (id: number, value: string): Field => raw(id, Buffer.from(value, 'utf8'));

export const message = (id: number, fields: readonly Field[]): Field => raw(id, Buffer.concat(fields));
