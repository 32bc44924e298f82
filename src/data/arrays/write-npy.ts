import type { Codes } from '../../ir/model.js';

const DESCRIPTIONS = {
  Int8Array: '|i1',
  Uint8Array: '|u1',
  Int16Array: '<i2',
  Int32Array: '<i4',
  Float64Array: '<f8',
} as const;
export type NpyValues = Int8Array | Uint8Array | Int16Array | Int32Array | Float64Array;

/** A .npy file, version 1 (numpy.lib.format): numbers in C order. */
export function npyBytes(shape: readonly number[], values: NpyValues): Buffer {
  const kind = values.constructor.name as keyof typeof DESCRIPTIONS;
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '${DESCRIPTIONS[kind]}', 'fortran_order': False, 'shape': (${sizes}), }`;
  // the values begin at a multiple of 64
  const padded = `${header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11)}\n`;
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded, 'latin1'), littleEndian(values)]);
}

function littleEndian(values: NpyValues): Buffer {
  const bytes = Buffer.alloc(values.byteLength);
  const size = values.BYTES_PER_ELEMENT;
  values.forEach((value, i) => {
    if (values instanceof Float64Array) bytes.writeDoubleLE(value, i * size);
    else if (values instanceof Uint8Array) bytes.writeUInt8(value, i);
    else bytes.writeIntLE(value, i * size, size);
  });
  return bytes;
}

/** Sequences of steps of `width` codes as an array N x T x width, shorter ones filled up with zeros, and their lengths. */
export function stacked(
  sequences: readonly Codes[],
  width: number,
): { shape: number[]; values: Int8Array | Int16Array; lengths: Int32Array } {
  const lengths = Int32Array.from(sequences, (codes) => codes.length / width);
  const steps = lengths.reduce((most, length) => Math.max(most, length), 0);
  const array = sequences[0] instanceof Int16Array ? Int16Array : Int8Array;
  const values = new array(sequences.length * steps * width);
  sequences.forEach((codes, i) => void values.set(codes, i * steps * width));
  return { shape: [sequences.length, steps, width], values, lengths };
}
