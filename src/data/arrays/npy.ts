import { fail } from '../../diagnostics.js';
import { fromHalf } from '../../fixed/half.js';
import { readBytes } from '../files.js';
import { npyDamaged, npyHeader, npyNotNpy, npyType } from './diagnostics.js';

/** An array of numbers in C order. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** Readers of one number, by numpy's names of types without the order of bytes. */
const TYPES: Readonly<Record<string, (bytes: Buffer, at: number) => number>> = {
  f2: (bytes, at) => fromHalf(bytes.readUInt16LE(at)),
  f4: (bytes, at) => bytes.readFloatLE(at),
  f8: (bytes, at) => bytes.readDoubleLE(at),
  i1: (bytes, at) => bytes.readInt8(at),
  i2: (bytes, at) => bytes.readInt16LE(at),
  i4: (bytes, at) => bytes.readInt32LE(at),
  i8: (bytes, at) => Number(bytes.readBigInt64LE(at)),
  u1: (bytes, at) => bytes.readUInt8(at),
  u2: (bytes, at) => bytes.readUInt16LE(at),
};
const MAGIC = '\x93NUMPY';

/** Reads a .npy file (numpy.lib.format, versions 1 to 3): little-endian numbers in C order. */
export const readNpy = (path: string): NpyArray => parseNpy(path, readBytes(path));

/** As readNpy, of the bytes of a file or of an entry of an archive, which `path` names. */
export function parseNpy(path: string, bytes: Buffer): NpyArray {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== MAGIC) fail(npyNotNpy(path, bytes.length));
  const start = bytes[6] === 1 ? 10 : 12;
  const from = start + (bytes[6] === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  const header = bytes.toString('latin1', start, Math.min(from, bytes.length));
  const type = /'descr': *'([<>|=]?[a-zA-Z]\d+)'/.exec(header)?.[1];
  const order = /'fortran_order': *(True|False)/.exec(header)?.[1];
  const shape = /'shape': *\(((?: *\d+ *,?)*)\)/.exec(header)?.[1];
  if (type === undefined || order === undefined || shape === undefined || from > bytes.length)
    return fail(npyHeader(path, header));
  const sizes = shape.split(',').flatMap((word) => (word.trim() === '' ? [] : [Number(word)]));
  const numberAt = Object.hasOwn(TYPES, type.slice(1)) ? TYPES[type.slice(1)] : undefined;
  const wide = type.slice(1) !== 'i1' && type.slice(1) !== 'u1';
  if (numberAt === undefined || (wide && type[0] !== '<') || order === 'True')
    return fail(npyType(path, type, order === 'True'));
  const [count, width] = [sizes.reduce((product, size) => product * size, 1), Number(type[2])];
  if (bytes.length !== from + count * width) fail(npyDamaged(path, sizes, from + count * width, bytes.length));
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = numberAt(bytes, from + i * width);
  return { shape: sizes, values };
}
