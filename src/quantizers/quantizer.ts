import type { FormatName } from '../ir/model.js';

/** A weight format: which codes exist, how model.json stores them, and how a float row becomes codes and a scale. */
export interface Quantizer {
  readonly name: FormatName;
  /** Largest |code|. */
  readonly largest: number;
  /** Bits of one code in model.json. */
  readonly bits: number;
  isCode(code: number): boolean;
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

/** Bytes of `count` codes of `bits` bits. */
export const packedBytes = (count: number, bits: number): number => Math.ceil((count * bits) / 8);
