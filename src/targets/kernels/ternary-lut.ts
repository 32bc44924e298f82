import { TERNARY_CODES } from '../../ir/alphabets.js';
import type { CType } from '../../ir/plan.js';
import type { Weights } from '../../ir/program.js';
import { type Kernel, matvec, type Packing, type Tile } from '../kernel.js';

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

/** Place of the sum of 4 weights in a table of 90 entries, in bytes. */
const placeOf4 = ([d0, d1, d2, d3]: readonly number[]): number =>
  2 * (10 * blockOf(d2!, d3!) + ENTRY_ORDER[d1!]![d0!]!);

/** Place of the sum of 5 weights in a table of 252 entries. */
function placeOf5([d0, d1, d2, d3, d4]: readonly number[]): number {
  const inPlane = d0! < 2 ? 2 * d1! + d0! : 6 + d1!;
  return 28 * blockOf(d3!, d4!) + (d0 === 2 && d1 === 2 ? 24 + d2! : 8 * d2! + inPlane);
}

/** Place of the sum of 4 weights in a table of 81 entries. */
const placeInOrder = ([d0, d1, d2, d3]: readonly number[]): number => d0! + 3 * d1! + 9 * d2! + 27 * d3!;

/**
 * A byte for each row and the inputs of a tile, the place of their sum in a table: for each block of tiles of inputs, for each
 * tile of rows, for each tile of inputs.
 */
function places(
  { codes, rows, cols }: Weights,
  block: number,
  tile: Tile,
  placeOf: (digits: readonly number[]) => number,
): Uint8Array {
  const groups = Math.ceil(cols / tile.inputs);
  const values = new Uint8Array(rows * groups);
  let at = 0;
  for (let first = 0; first < groups; first += block)
    for (let begin = 0; begin < rows; begin += tile.rows)
      for (let g = first; g < Math.min(first + block, groups); g++)
        for (let j = begin; j < begin + tile.rows; j++) {
          const digits = Array.from({ length: tile.inputs }, (_, k) =>
            g * tile.inputs + k < cols ? digit(codes[j * cols + g * tile.inputs + k]!) : 0,
          );
          values[at++] = placeOf(digits);
        }
  return values;
}

/** Four bytes a word, the first lowest. */
const words = (bytes: Uint8Array): Uint32Array =>
  Uint32Array.from({ length: bytes.length / 4 }, (_, i) =>
    [3, 2, 1, 0].reduce((word, k) => 256 * word + bytes[4 * i + k]!, 0),
  );

function lookup(
  input: Kernel['input'],
  tile: Tile,
  table: { readonly ctype: CType; readonly entries: number },
  placeOf: (digits: readonly number[]) => number,
): Kernel {
  const inWords = input === 's8';
  const packing: Packing = {
    ctype: inWords ? 'uint32_t' : 'uint8_t',
    bytes: ({ rows, cols }) => rows * Math.ceil(cols / tile.inputs),
    pack: (weights, block) => {
      const bytes = places(weights, block, tile, placeOf);
      return inWords ? words(bytes) : bytes;
    },
  };
  return matvec({
    ...{ stem: `ternary_lut${tile.inputs}`, input, isa: 'c', alphabets: TERNARY_CODES, tile, packing },
    unrolled: 4,
    blocks: ['all', 16, 4],
    passes: ({ weights, block }) => Math.ceil(weights.cols / tile.inputs / block),
    work: { ctype: table.ctype, elements: ({ block }) => table.entries * block },
    parameters: ({ weights, block }) => [weights.rows, weights.cols, block],
  });
}

/** Tables of the partial sums of 4 or 5 ternary inputs, for as many inputs at a time as a task's block has tiles. */
export const ternaryLut4 = [
  lookup('s8', { rows: 8, inputs: 4 }, { ctype: 'uint16_t', entries: 90 }, placeOf4),
  lookup('s16', { rows: 4, inputs: 4 }, { ctype: 'int32_t', entries: 81 }, placeInOrder),
];
export const ternaryLut5 = [lookup('s8', { rows: 4, inputs: 5 }, { ctype: 'uint16_t', entries: 252 }, placeOf5)];
