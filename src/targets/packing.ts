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
