/** An IDX file of unsigned bytes. */
export function idxFile(sizes: readonly number[], values: readonly number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.writeUInt32BE(0x800 + sizes.length);
  for (const [i, size] of sizes.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  return Buffer.concat([header, Buffer.from(values)]);
}

const WRITERS: Readonly<Record<string, (bytes: Buffer, value: number, at: number) => void>> = {
  '<f4': (bytes, value, at) => bytes.writeFloatLE(value, at),
  '<f8': (bytes, value, at) => bytes.writeDoubleLE(value, at),
  '|i1': (bytes, value, at) => bytes.writeInt8(value, at),
  '|u1': (bytes, value, at) => bytes.writeUInt8(value, at),
  '<i2': (bytes, value, at) => bytes.writeInt16LE(value, at),
  '<u2': (bytes, value, at) => bytes.writeUInt16LE(value, at),
  '<i4': (bytes, value, at) => bytes.writeInt32LE(value, at),
  '<i8': (bytes, value, at) => bytes.writeBigInt64LE(BigInt(value), at),
};

/** A .npy file of version 1, as numpy.save writes it. */
export function npyFile(type: string, shape: readonly number[], values: readonly number[], order = 'False'): Buffer {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${type}', 'fortran_order': ${order}, 'shape': (${sizes}), }`;
  const padded = `${text.padEnd(64 * Math.ceil((text.length + 11) / 64) - 11)}\n`;
  const head = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, padded.length & 255, padded.length >> 8]);
  const width = Number(type[2]);
  const data = Buffer.alloc(values.length * width);
  const write = WRITERS[type];
  for (const [i, value] of values.entries()) write?.(data, value, i * width);
  return Buffer.concat([head, Buffer.from(padded), data]);
}
