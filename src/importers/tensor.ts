import { fromHalf } from '../fixed/half.js';

/** Values of a file as float64, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** A tensor whose values are read when they are asked for: files hold more tensors than a network uses, and name some twice. */
export function lazyTensor(shape: readonly number[], read: () => Float64Array): Tensor {
  let data: Float64Array | undefined;
  return {
    shape,
    get data() {
      data ??= read();
      return data;
    },
  };
}

/** The entry of that name which a table has itself: names of files can be those of methods that every object has. */
export const ownEntry = <T>(table: Readonly<Record<string | number, T>>, name: string | number): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** Elements of a shape, or NaN where it is none: negative, fractional, or more than an array can hold. */
export function elementCount(shape: readonly number[]): number {
  let [count, room] = [1, 1];
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) return Number.NaN;
    count *= size;
    // (0, 10^12) has no elements, but units that somebody would go through
    room *= Math.max(1, size);
    if (room > MAX_ELEMENTS) return Number.NaN;
  }
  return count;
}

/** Elements of the largest file of which each is a byte. */
const MAX_ELEMENTS = 2 ** 28;
/** Weights of a network: more than any chip has room for. A small file can name the same ones again and again. */
export const MAX_WEIGHTS = 2 ** 25;

/** Zeros in the place of values that a file leaves out; none where the file asks for an impossible number. */
export const zeros = (count: number): Float64Array => new Float64Array(count >= 0 && count <= MAX_WEIGHTS ? count : 0);

/** [rows, cols] -> [cols, rows]. */
export function transposed({ shape, data }: Tensor): Tensor {
  const [rows = 1, cols = 1] = shape;
  const out = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out[j * rows + i] = data[i * cols + j]!;
  return { shape: [cols, rows], data: out };
}

/** Blocks of equal length in another order: block k of the result is block order[k]. */
export function reordered(data: Float64Array, order: readonly number[]): Float64Array {
  const length = data.length / order.length;
  const out = new Float64Array(data.length);
  order.forEach((from, k) => {
    out.set(data.subarray(from * length, (from + 1) * length), k * length);
  });
  return out;
}

const scratch = new DataView(new ArrayBuffer(4));
/** bfloat16: the upper half of a float32. */
export function fromBrainFloat(bits: number): number {
  scratch.setUint32(0, bits * 65536);
  return scratch.getFloat32(0);
}

/** Little-endian element types of files: bytes, and how one is read. */
export const ELEMENTS = {
  f64: { bytes: 8, read: (view: DataView, at: number) => view.getFloat64(at, true) },
  f32: { bytes: 4, read: (view: DataView, at: number) => view.getFloat32(at, true) },
  f16: { bytes: 2, read: (view: DataView, at: number) => fromHalf(view.getUint16(at, true)) },
  bf16: { bytes: 2, read: (view: DataView, at: number) => fromBrainFloat(view.getUint16(at, true)) },
  i64: { bytes: 8, read: (view: DataView, at: number) => Number(view.getBigInt64(at, true)) },
  i32: { bytes: 4, read: (view: DataView, at: number) => view.getInt32(at, true) },
  i16: { bytes: 2, read: (view: DataView, at: number) => view.getInt16(at, true) },
  u16: { bytes: 2, read: (view: DataView, at: number) => view.getUint16(at, true) },
  i8: { bytes: 1, read: (view: DataView, at: number) => view.getInt8(at) },
  u8: { bytes: 1, read: (view: DataView, at: number) => view.getUint8(at) },
} as const satisfies Record<string, { bytes: number; read(view: DataView, at: number): number }>;
export type ElementType = keyof typeof ELEMENTS;

/** `count` elements of a file's bytes; undefined where the bytes do not hold so many. */
export function elements(bytes: Uint8Array, type: ElementType, count: number): Float64Array | undefined {
  const { bytes: size, read } = ELEMENTS[type];
  if (!(count >= 0) || bytes.byteLength < count * size) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++) out[i] = read(view, i * size);
  return out;
}
