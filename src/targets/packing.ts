import type { FormatName } from '../ir/model.js';
import type { Weights } from '../ir/program.js';
import { binary } from '../quantizers/binary.js';
import { s4 } from '../quantizers/integers.js';
import { pow2e7 } from '../quantizers/pow2.js';
import { ternary } from '../quantizers/ternary.js';
import type { Packed } from './kernel.js';

type Pack = (codes: Int8Array) => Uint8Array;

/** Rows of codes, each on its own bytes. */
function packRows({ codes, rows, cols }: Weights, pack: Pack): Packed {
  const packed = Array.from({ length: rows }, (_, j) => pack(codes.subarray(j * cols, (j + 1) * cols)));
  const stride = packed[0]!.length;
  const values = new Uint8Array(rows * stride);
  packed.forEach((row, j) => void values.set(row, j * stride));
  return { ctype: 'uint8_t', values };
}

export const packTernary = (weights: Weights): Packed => packRows(weights, ternary.pack);
export const packBinary = (weights: Weights): Packed => packRows(weights, binary.pack);
export const packNibbles = (weights: Weights): Packed => packRows(weights, s4.pack);
export const packExponents = (weights: Weights): Packed => packRows(weights, pow2e7.pack);
export const packBytes = ({ codes }: Weights): Packed => ({ ctype: 'int8_t', values: codes });

/** Ternary planes of each format that a matvec does plane by plane: its codes are t_0 + 2 t_1 + 4 t_2. */
const PLANES: { readonly [K in FormatName]?: number } = { 'planes-2': 2, 'pow2-2': 2, 'planes-3': 3, 'pow2-3': 3 };

/** Ternary planes that a matvec with a format is made of; 1: the codes themselves. */
export const planesOf = (format: FormatName): number => PLANES[format] ?? 1;

/** Plane p of codes: the digit p of |code|, with its sign. */
export const plane = (code: number, p: number): number => ((Math.abs(code) >> p) & 1) * Math.sign(code);

/** Columns become rows: a gather reads one of them. */
export function transposed({ codes, rows, cols, ...rest }: Weights): Weights {
  const turned = new Int8Array(codes.length);
  for (let j = 0; j < rows; j++) for (let i = 0; i < cols; i++) turned[i * rows + j] = codes[j * cols + i]!;
  return { ...rest, codes: turned, rows: cols, cols: rows };
}

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

/** Place of the sum of 4 weights in a table of 90 entries, in bytes (see matvec_s8_l4_c.c). */
const placeOf4 = ([d0, d1, d2, d3]: readonly number[]): number =>
  2 * (10 * blockOf(d2!, d3!) + ENTRY_ORDER[d1!]![d0!]!);

/** Place of the sum of 5 weights in a table of 252 entries (see matvec_s8_l5_c.c). */
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

/** Four weights a byte: the entry d0 + 3 d1 + 9 d2 + 27 d3 (see matvec_s16_l4_c.c). */
export const packPlaces = (weights: Weights, groupBlock: number): Packed => ({
  ctype: 'uint8_t',
  values: packLookups(weights, 4, 4, groupBlock, ([d0, d1, d2, d3]) => d0! + 3 * d1! + 9 * d2! + 27 * d3!),
});

/** Inputs of every 8 in the order in which a DSP kernel reads them. */
const LANE_ORDER = [0, 2, 1, 3, 4, 6, 5, 7];
const rotated = (word: number, by: number): number => (by === 0 ? word : (word << by) | (word >>> (32 - by)));

/** Sixteen weights a word: rows k and k + 4 of every 8, for 8 inputs (see matvec_s8_t2l_dsp.c). */
export function packLanes({ codes, rows, cols }: Weights, flush: number): Packed {
  const eights = Math.ceil(cols / 8);
  const values = new Uint32Array((rows / 2) * eights);
  const code = (j: number, i: number): number => (i < cols ? codes[j * cols + i]! : 0);
  let at = 0;
  for (let start = 0; start < cols; start += flush)
    for (let block = 0; block < rows; block += 8)
      for (let first = start; first < Math.min(start + flush, 8 * eights); first += 8)
        for (let j = block; j < block + 4; j++) {
          let word = 0;
          for (let k = 0; k < 4; k++) {
            const [even, odd] = [first + LANE_ORDER[2 * k]!, first + LANE_ORDER[2 * k + 1]!];
            const lane = (i: number) => (code(j, i) + 1) | ((code(j + 4, i) & 3) << 14);
            word |= rotated(lane(even) | (lane(odd) << 16), 4 * k);
          }
          values[at++] = word;
        }
  return { ctype: 'uint32_t', values };
}

/** The sum of a lower row lies in 14 bits. */
const [LANE_MIN, LANE_MAX] = [-(2 ** 13), 2 ** 13 - 1];
/** Cycles of a block of inputs besides its products, and of a test for its end; 64 inputs are done between two tests. */
const LANE_COST = { block: 75, test: 6 };

/** Columns after which the sums of lower rows are moved out: the cheapest multiple of 8 for which they fit, whatever x is. */
export function laneFlush({ codes, rows, cols }: Weights): number {
  const fits = (flush: number): boolean => {
    for (let j = 0; j < rows; j++) {
      if (j % 8 >= 4) continue;
      for (let first = 0; first < cols; first += flush) {
        let [plus, minus] = [0, 0];
        for (let i = first; i < Math.min(first + flush, cols); i++) {
          if (codes[j * cols + i]! > 0) plus++;
          if (codes[j * cols + i]! < 0) minus++;
        }
        if (127 * plus + 128 * minus > LANE_MAX || -128 * plus - 127 * minus < LANE_MIN) return false;
      }
    }
    return true;
  };
  const cost = (flush: number): number => {
    let cycles = 0;
    for (let first = 0; first < cols; first += flush) {
      const eights = Math.ceil(Math.min(flush, cols - first) / 8);
      cycles += LANE_COST.block + LANE_COST.test * Math.ceil(eights / 8);
    }
    return cycles;
  };
  const choices = Array.from({ length: Math.ceil(cols / 8) }, (_, k) => 8 * (k + 1)).sort((a, b) => cost(a) - cost(b));
  return choices.find(fits)!;
}

/** Columns of the weights of one sign in a row. */
const columnsOf = ({ codes, cols }: Weights, row: number, sign: 1 | -1): number[] =>
  Array.from({ length: cols }, (_, i) => i).filter((i) => codes[row * cols + i] === sign);

/** For each row the columns of its weights -1, then of its weights +1: two lists. */
export const columnLists = (weights: Weights): number[][] =>
  Array.from({ length: 2 * weights.rows }, (_, k) => columnsOf(weights, k >> 1, k % 2 === 0 ? -1 : 1));

/** Every list as its length and its columns (see matvec_s8_i8_c.c). */
export const packLists = (weights: Weights): Packed => ({
  ctype: 'uint8_t',
  values: Uint8Array.from(columnLists(weights).flatMap((list) => [list.length, ...list])),
});

/** Four rows a byte in balanced base-4 digits, 16 inputs at a time; the kernel reads 16 bytes ahead. */
export function packDigits({ codes, rows, cols }: Weights): Packed {
  const padded = 16 * Math.ceil(cols / 16);
  const values = new Int8Array((rows / 4) * padded + 16);
  for (let block = 0; block < rows / 4; block++)
    for (let i = 0; i < cols; i++)
      for (let k = 3; k >= 0; k--)
        values[block * padded + i] = 4 * values[block * padded + i]! + codes[(4 * block + k) * cols + i]!;
  return { ctype: 'int8_t', values };
}

/** Four rows a word, each weight plus 128, column after column. */
export function packColumns({ codes, rows, cols }: Weights): Packed {
  const values = new Uint32Array((rows / 4) * cols);
  for (let block = 0; block < rows / 4; block++)
    for (let i = 0; i < cols; i++)
      for (let k = 3; k >= 0; k--)
        values[block * cols + i] =
          256 * (values[block * cols + i]! % 2 ** 24) + codes[(4 * block + k) * cols + i]! + 128;
  return { ctype: 'uint32_t', values };
}

/** Four rows at a time, `perWord` weights of each; a weight plus `bias` takes 32 / perWord bits, first weight lowest. */
export function packWords({ codes, rows, cols }: Weights, perWord: 4 | 8, bias: number): Packed {
  const words = Math.ceil(cols / perWord);
  const values = new Uint32Array(rows * words);
  const bits = 32 / perWord;
  let at = 0;
  for (let block = 0; block < rows; block += 4)
    for (let first = 0; first < words * perWord; first += perWord)
      for (let j = block; j < block + 4; j++) {
        let word = 0;
        for (let k = 0; k < perWord; k++) {
          const code = first + k < cols ? codes[j * cols + first + k]! : 0;
          word |= ((code + bias) & (2 ** bits - 1)) << (bits * k);
        }
        values[at++] = word;
      }
  return { ctype: 'uint32_t', values };
}

/** Ternary weights plus 1, 16 of a row in a word, inputs 2k and 2k + 1 at bits 2k and 16 + 2k; four rows at a time. */
export function packPairs({ codes, rows, cols }: Weights): Packed {
  const words = Math.ceil(cols / 16);
  const values = new Uint32Array(rows * words);
  let at = 0;
  for (let block = 0; block < rows; block += 4)
    for (let first = 0; first < 16 * words; first += 16)
      for (let j = block; j < block + 4; j++) {
        let word = 0;
        for (let i = first; i < Math.min(first + 16, cols); i++)
          word |= (codes[j * cols + i]! + 1) << (2 * ((i - first) >> 1) + 16 * (i % 2));
        values[at++] = word;
      }
  return { ctype: 'uint32_t', values };
}

/** Four rows at a time, 4 weights of each in a word; in its bytes those of inputs 0, 2, 1, 3, so that two are a half apart. */
export function packHalves({ codes, rows, cols, ...rest }: Weights): Packed {
  const padded = 4 * Math.ceil(cols / 4);
  const turned = new Int8Array(rows * padded);
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < cols; i++) turned[j * padded + (i & ~3) + [0, 2, 1, 3][i % 4]!] = codes[j * cols + i]!;
  return packWords({ ...rest, codes: turned, rows, cols: padded }, 4, 0);
}

/** Four rows at a time, `lanes` weights of each, columns padded with zeros. */
export function packVectors({ codes, rows, cols }: Weights, lanes: 8 | 16): Packed {
  const vectors = Math.ceil(cols / lanes);
  const values = new Int8Array(lanes * rows * vectors);
  let at = 0;
  for (let block = 0; block < rows; block += 4)
    for (let v = 0; v < vectors; v++)
      for (let j = block; j < block + 4; j++)
        for (let i = lanes * v; i < lanes * (v + 1); i++) values[at++] = i < cols ? codes[j * cols + i]! : 0;
  return { ctype: 'int8_t', values };
}
