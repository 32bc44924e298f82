import type { AlphabetName } from '../ir/alphabets.js';
import type { FormatName } from '../ir/model.js';

/** A weight format: an alphabet, how model.json packs its codes, and how a float row becomes codes and a scale. */
export interface Quantizer {
  readonly name: FormatName;
  /** What is multiplied; another format of the same alphabet has all its kernels. */
  readonly alphabet: AlphabetName;
  /** Bytes of `count` codes in model.json. */
  bytes(count: number): number;
  /** Codes -> bytes of model.json, row after row, no padding between rows. */
  pack(codes: Int8Array): Uint8Array;
  /** The inverse of pack for `count` codes; null where a byte holds no legal code. */
  unpack(bytes: Uint8Array, count: number): Int8Array | null;
  /** Post-training quantization of float weights [rows][cols], without learned scales. */
  quantize(
    weights: Float32Array | Float64Array,
    rows: number,
    cols: number,
  ): { codes: Int8Array; scales: Float64Array };
}

/** The bytes of codes that each take `bits` bits. */
export const bytesOfBits =
  (bits: number) =>
  (count: number): number =>
    Math.ceil((count * bits) / 8);
