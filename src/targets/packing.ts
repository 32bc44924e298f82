import type { FormatName } from '../ir/model.js';
import type { Weights } from '../ir/program.js';
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
export const packNibbles = (weights: Weights): Packed => packRows(weights, s4.pack);
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

/** Rows in blocks of `rowBlock`, groups of inputs in blocks of `groupBlock`: a byte for each row and group of inputs. */
function packLookups(
  { codes, rows, cols }: Weights,
  size: number,
  rowBlock: number,
  groupBlock: number,
  places: readonly number[],
): Packed {
  const groups = Math.ceil(cols / size);
  const values = new Uint8Array(rows * groups);
  let at = 0;
  for (let first = 0; first < groups; first += groupBlock)
    for (let block = 0; block < rows; block += rowBlock)
      for (let g = first; g < Math.min(first + groupBlock, groups); g++)
        for (let j = block; j < block + rowBlock; j++) {
          let place = 0;
          for (let k = 0; k < size && g * size + k < cols; k++) {
            const code = codes[j * cols + g * size + k]!;
            place += places[k]! * (code < 0 ? 2 : code);
          }
          values[at++] = place;
        }
  return { ctype: 'uint8_t', values };
}

/** Four weights a byte: twice the entry of a table of their 81 sums (see matvec_s8_l4_c.c). */
export const packLookup4 = (weights: Weights, groupBlock: number): Packed =>
  packLookups(weights, 4, 8, groupBlock, [2, 8, 24, 72]);

/** Five weights a byte, four rows a word: the entries of a table of their 243 sums (see matvec_s8_l5_c.c). */
export function packLookup5(weights: Weights, groupBlock: number): Packed {
  const { values } = packLookups(weights, 5, 4, groupBlock, [1, 3, 9, 28, 84]);
  const words = Uint32Array.from({ length: values.length / 4 }, (_, i) =>
    [3, 2, 1, 0].reduce((word, k) => 256 * word + values[4 * i + k]!, 0),
  );
  return { ctype: 'uint32_t', values: words };
}

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

/** The sum of a lower row must stay inside 14 bits: any sum of 63 inputs does (63 * 128 < 2^13). */
const LANE_NONZEROS = 63;
/** Cycles of a block of inputs besides its products, and of a test for its end; 32 inputs are done between two tests. */
const LANE_COST = { block: 66, test: 6 };

/** Columns after which the sums of lower rows are moved out: the cheapest multiple of 8 for which they fit. */
export function laneFlush({ codes, rows, cols }: Weights): number {
  const fits = (flush: number): boolean => {
    for (let j = 0; j < rows; j++) {
      if (j % 8 >= 4) continue;
      for (let first = 0; first < cols; first += flush) {
        let count = 0;
        for (let i = first; i < Math.min(first + flush, cols); i++) count += codes[j * cols + i] === 0 ? 0 : 1;
        if (count > LANE_NONZEROS) return false;
      }
    }
    return true;
  };
  const cost = (flush: number): number => {
    let cycles = 0;
    for (let first = 0; first < cols; first += flush) {
      const eights = Math.ceil(Math.min(flush, cols - first) / 8);
      cycles += LANE_COST.block + LANE_COST.test * ((eights % 4) + Math.floor(eights / 4));
    }
    return cycles;
  };
  const choices = Array.from({ length: Math.ceil(cols / 8) }, (_, k) => 8 * (k + 1)).sort((a, b) => cost(a) - cost(b));
  return choices.find(fits)!;
}

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

/** What p8 kernels read instead of a code, and its bits. */
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

/** Eight rows a word for 4 / bits inputs, rows 0 to 3 in its lower half, block after block (see matvec_s8_p8_c.c). */
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
export const packPairs = (weights: Weights): Packed => packWords(weights, [0, 2, 1, 3, 4, 6, 5, 7], exponent);

/** Powers of two of four rows for two inputs a word, the first row of the first input lowest. */
export function packExponents({ codes, rows, cols }: Weights): Packed {
  const words = Math.ceil(cols / 2);
  const values = new Uint32Array((rows / 4) * words);
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < cols; i++)
      values[Math.floor(j / 4) * words + Math.floor(i / 2)]! |=
        exponent(codes[j * cols + i]!) << (16 * (i % 2) + 4 * (j % 4));
  return { ctype: 'uint32_t', values };
}

/** Four rows at a time, 16 weights of each, columns padded with zeros. */
export function packVectors({ codes, rows, cols }: Weights): Packed {
  const vectors = Math.ceil(cols / 16);
  const values = new Int8Array(16 * rows * vectors);
  let at = 0;
  for (let block = 0; block < rows; block += 4)
    for (let v = 0; v < vectors; v++)
      for (let j = block; j < block + 4; j++)
        for (let i = 16 * v; i < 16 * v + 16; i++) values[at++] = i < cols ? codes[j * cols + i]! : 0;
  return { ctype: 'int8_t', values };
}
