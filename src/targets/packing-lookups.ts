import type { Weights } from '../ir/program.js';
import type { Packed } from './kernel.js';

/** Digits of ternary weights in tables of partial sums. */
const digit = (code: number): number => (code < 0 ? 2 : code);
/** Block of a table by two digits, in an order in which one of them differs from block to block. */
const BLOCK_ORDER = [
  [0, 1, 2],
  [4, 5, 3],
  [7, 6, 8],
] as const;
const blockOf = (first: number, second: number): number => BLOCK_ORDER[second]![first]!;
/** Entry of a block of 10 by two digits. */
const ENTRY_ORDER = [
  [0, 1, 2],
  [4, 5, 3],
  [8, 9, 6],
] as const;

/** Place of the sum of 4 weights in a table of 90 entries, in bytes (see matvec_s8_ternary_lut4_c.c). */
const placeOf4 = ([d0, d1, d2, d3]: readonly number[]): number =>
  2 * (10 * blockOf(d2!, d3!) + ENTRY_ORDER[d1!]![d0!]!);

/** Place of the sum of 5 weights in a table of 252 entries (see matvec_s8_ternary_lut5_c.c). */
function placeOf5([d0, d1, d2, d3, d4]: readonly number[]): number {
  const inPlane = d0! < 2 ? 2 * d1! + d0! : 6 + d1!;
  return 28 * blockOf(d3!, d4!) + (d0 === 2 && d1 === 2 ? 24 + d2! : 8 * d2! + inPlane);
}

/**
 * A byte for each row and `size` inputs, the place of their sum in a table. Rows in blocks of `rowBlock`,
 * groups of inputs in blocks of `groupBlock`.
 */
function packLookups(
  { codes, rows, cols }: Weights,
  size: number,
  rowBlock: number,
  groupBlock: number,
  placeOf: (digits: readonly number[]) => number,
): Uint8Array {
  const groups = Math.ceil(cols / size);
  const values = new Uint8Array(rows * groups);
  let at = 0;
  for (let first = 0; first < groups; first += groupBlock)
    for (let block = 0; block < rows; block += rowBlock)
      for (let g = first; g < Math.min(first + groupBlock, groups); g++)
        for (let j = block; j < block + rowBlock; j++) {
          const digits = Array.from({ length: size }, (_, k) =>
            g * size + k < cols ? digit(codes[j * cols + g * size + k]!) : 0,
          );
          values[at++] = placeOf(digits);
        }
  return values;
}

/** Four bytes a word, the first lowest. */
const words = (bytes: Uint8Array): Packed => ({
  ctype: 'uint32_t',
  values: Uint32Array.from({ length: bytes.length / 4 }, (_, i) =>
    [3, 2, 1, 0].reduce((word, k) => 256 * word + bytes[4 * i + k]!, 0),
  ),
});

export const packLookup4 = (weights: Weights, groupBlock: number): Packed =>
  words(packLookups(weights, 4, 8, groupBlock, placeOf4));
export const packLookup5 = (weights: Weights, groupBlock: number): Packed =>
  words(packLookups(weights, 5, 4, groupBlock, placeOf5));

/** Four weights a byte: the entry d0 + 3 d1 + 9 d2 + 27 d3 (see matvec_s16_ternary_lut4_c.c). */
export const packPlaces = (weights: Weights, groupBlock: number): Packed => ({
  ctype: 'uint8_t',
  values: packLookups(weights, 4, 4, groupBlock, ([d0, d1, d2, d3]) => d0! + 3 * d1! + 9 * d2! + 27 * d3!),
});
