/** One field of a protobuf message: its number, and its value as the wire has it. */
type Wire = bigint | Uint8Array;

/** A damaged message; the reader of the file makes a diagnostic of it. */
export class WireError extends Error {}

const utf8 = new TextDecoder();

/** Reads a base-128 number at `at`; gives it as a signed 64-bit one, with the place behind it. */
function varint(bytes: Uint8Array, at: number): [value: bigint, next: number] {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = bytes[at++];
    if (byte === undefined) throw new WireError('it ends within a number');
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return [BigInt.asIntN(64, value), at];
  }
  throw new WireError('a number is longer than 64 bits');
}

function* fieldsOf(bytes: Uint8Array): Generator<[id: number, value: Wire]> {
  let at = 0;
  while (at < bytes.length) {
    const [tag, next] = varint(bytes, at);
    const [id, type] = [Number(tag >> 3n), Number(tag & 7n)];
    at = next;
    if (type === 0) {
      const [value, behind] = varint(bytes, at);
      at = behind;
      yield [id, value];
      continue;
    }
    let length = type === 5 ? 4 : 8;
    if (type === 2) {
      const [given, behind] = varint(bytes, at);
      [length, at] = [Number(given), behind];
    } else if (type !== 1 && type !== 5) throw new WireError(`it has a field of the type ${type}`);
    if (!(length >= 0 && at + length <= bytes.length)) throw new WireError('it ends within a field');
    yield [id, bytes.subarray(at, at + length)];
    at += length;
  }
}

/** Adds the values of one field on the wire to those that came before. */
type Read<T> = (value: Wire) => readonly T[];

const bytesOf = (value: Wire): Uint8Array => {
  if (typeof value === 'bigint') throw new WireError('a number is where a text or message is expected');
  return value;
};

export const text: Read<string> = (value) => [utf8.decode(bytesOf(value))];
export const raw: Read<Uint8Array> = (value) => [bytesOf(value)];

/** Whole numbers, one or packed. */
export const whole: Read<number> = (value) => {
  if (typeof value === 'bigint') return [Number(value)];
  const list: number[] = [];
  for (let at = 0; at < value.length; ) {
    const [number, next] = varint(value, at);
    list.push(Number(number));
    at = next;
  }
  return list;
};

const packed =
  (size: number, read: (view: DataView, at: number) => number): Read<number> =>
  (value) => {
    const bytes = bytesOf(value);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => read(view, i * size));
  };
export const float = packed(4, (view, at) => view.getFloat32(at, true));
export const double = packed(8, (view, at) => view.getFloat64(at, true));

/** How deep messages may lie in each other. */
const MAX_DEPTH = 32;
let depth = 0;

/** A message whose fields are lists; `spec` has the number and the reader of each. */
export const message =
  <S extends Readonly<Record<string, readonly [id: number, read: () => Read<unknown>]>>>(
    spec: S,
  ): Read<{ readonly [K in keyof S]: ReturnType<ReturnType<S[K][1]>> }> =>
  (value) => {
    const fields = new Map(Object.entries(spec).map(([name, [id, read]]) => [id, { name, read: read() }]));
    const lists: Record<string, unknown[]> = Object.fromEntries(Object.keys(spec).map((name) => [name, []]));
    if (++depth > MAX_DEPTH) throw new WireError('its messages lie too deep in each other');
    try {
      for (const [id, own] of fieldsOf(bytesOf(value))) {
        const field = fields.get(id);
        if (field) for (const one of field.read(own)) lists[field.name]!.push(one);
      }
    } finally {
      depth--;
    }
    return [lists as { readonly [K in keyof S]: ReturnType<ReturnType<S[K][1]>> }];
  };
