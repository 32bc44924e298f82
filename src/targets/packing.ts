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

/** Columns of the weights of one sign in a row. */
const columnsOf = ({ codes, cols }: Weights, row: number, sign: 1 | -1): number[] =>
  Array.from({ length: cols }, (_, i) => i).filter((i) => codes[row * cols + i] === sign);

/** For each row the columns of its weights -1, then of its weights +1: two lists. */
export const columnLists = (weights: Weights): number[][] =>
  Array.from({ length: 2 * weights.rows }, (_, k) => columnsOf(weights, k >> 1, k % 2 === 0 ? -1 : 1));

/** Every list as its length and its columns (see matvec_s8_ternary_csr_c.c). */
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

/** What swar8 kernels read instead of a code, and its bits. */
const UNSIGNED: { readonly [K in FormatName]?: { readonly bits: 1 | 2 | 4; readonly of: (code: number) => number } } = {
  ternary: { bits: 2, of: (code) => code + 1 },
  binary: { bits: 1, of: (code) => (code > 0 ? 1 : 0) },
  s4: { bits: 4, of: (code) => code + 8 },
};

/** Bits of a weight in a word of eight rows. */
export const bitsOfEights = (format: FormatName): number => UNSIGNED[format]!.bits;

/** Inputs for which the sum of a row fits in 16 bits. */
export const inputsOfEights = (bits: number): number => 256 >> bits;

/** Such blocks of inputs; the last inputs are a block of their own where they are fewer than 4. */
function blocksOfEights(cols: number, bits: number): number[] {
  const most = inputsOfEights(bits);
  const whole = cols - (cols % 4);
  const blocks = Array.from({ length: Math.ceil(whole / most) }, (_, k) => Math.min(most, whole - k * most));
  return whole < cols ? [...blocks, 4] : blocks;
}

/** Eight rows a word for 4 / bits inputs, rows 0 to 3 in its lower half, block after block (see matvec_s8_swar8_c.c). */
export function packEights({ codes, rows, cols, format }: Weights): Packed {
  const { bits, of } = UNSIGNED[format]!;
  const inputs = 4 / bits;
  const values = new Uint32Array((rows / 8) * bits * Math.ceil(cols / 4));
  let [at, begin] = [0, 0];
  for (const count of blocksOfEights(cols, bits)) {
    for (let block = 0; block < rows; block += 8)
      for (let first = begin; first < begin + count; first += inputs, at++)
        for (let j = 0; j < 8; j++)
          for (let i = first; i < Math.min(first + inputs, cols); i++)
            values[at]! |=
              of(codes[(block + j) * cols + i]!) << (16 * Math.floor(j / 4) + bits * (4 * (i - first) + (j % 4)));
    begin += count;
  }
  return { ctype: 'uint32_t', values };
}

/** Four rows at a time, a word for as many inputs of a row as `order` has: the input in each place of it, the lowest first. */
function packWords({ codes, rows, cols }: Weights, order: readonly number[], encode: (code: number) => number): Packed {
  const words = Math.ceil(cols / order.length);
  const values = new Uint32Array(rows * words);
  const bits = 32 / order.length;
  let at = 0;
  for (let block = 0; block < rows; block += 4)
    for (let first = 0; first < cols; first += order.length)
      for (let j = block; j < block + 4; j++, at++)
        order.forEach((input, place) => {
          const code = first + input < cols ? codes[j * cols + first + input]! : 0;
          values[at]! |= encode(code) << (bits * place);
        });
  return { ctype: 'uint32_t', values };
}

/** Four weights a word, in two's complement. */
export const packWords8 = (weights: Weights): Packed => packWords(weights, [0, 1, 2, 3], (code) => code & 255);

/** Eight weights a word, each plus 8: those that are 16 bits apart are of inputs that are widened together. */
export const packWords4 = (weights: Weights): Packed =>
  packWords(weights, [0, 1, 4, 5, 2, 3, 6, 7], (code) => code + 8);

/** Sign and exponent, as in model.json. */
const exponent = (code: number): number => pow2e7.pack(Int8Array.of(code))[0]!;

/** Eight powers of two a word: those of a byte are of inputs that are widened together. */
export const packExponentWords = (weights: Weights): Packed => packWords(weights, [0, 2, 1, 3, 4, 6, 5, 7], exponent);

/** Powers of two of four rows for two inputs a word, the first row of the first input lowest. */
export function packFourExponents({ codes, rows, cols }: Weights): Packed {
  const words = Math.ceil(cols / 2);
  const values = new Uint32Array((rows / 4) * words);
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < cols; i++)
      values[Math.floor(j / 4) * words + Math.floor(i / 2)]! |=
        exponent(codes[j * cols + i]!) << (16 * (i % 2) + 4 * (j % 4));
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

/** Four weights a word; in its bytes those of inputs 0, 2, 1, 3, so that two are a half apart. */
export const packHalves = (weights: Weights): Packed => packWords(weights, [0, 2, 1, 3], (code) => code & 255);

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
