/** Values of a file as float64, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Elements of a shape, or NaN where it is none: negative, fractional, or more than an array can hold. */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) return Number.NaN;
    count *= size;
    if (count > 2 ** 31) return Number.NaN;
  }
  return count;
}

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

/** IEEE 754 half precision -> float64. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
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
