import type { FormatName } from '../ir/model.js';
import type { Weights } from '../ir/program.js';
import { type Isa, integer, type Kernel, type KernelArgument, type MatrixTask, type Packed } from './kernel.js';
import {
  bitsOfEights,
  inputsOfEights,
  laneFlush,
  packBytes,
  packColumns,
  packDigits,
  packEights,
  packExponents,
  packLanes,
  packLookup4,
  packLookup5,
  packNibbles,
  packPairs,
  packTernary,
  packVectors,
  packWords4,
  packWords8,
  transposed,
} from './packing.js';

/** Weights that a kernel reads wholly; `bytes` restates what its C source reads, in elements of some bytes. */
const weightsArgument = (pack: () => Packed, bytes: number, elementBytes = 1): KernelArgument => ({
  kind: 'weights',
  pack,
  elements: bytes / elementBytes,
  bytes,
});

const onePass = (): number => 1;

/** Weights as they are, row after row. */
const matvecBytes: Kernel = {
  symbol: 'rnnq_matvec_s8_s8_c',
  op: 'matvec',
  isa: 'c',
  formats: ['s8'],
  rowBlock: 1,
  group: 1,
  blocks: [],
  passes: onePass,
  arguments: ({ weights, accumulate }) => {
    const { rows, cols } = weights;
    return [
      { kind: 'output', elements: rows },
      { kind: 'input', elements: cols },
      weightsArgument(() => packBytes(weights), rows * cols),
      ...[rows, cols, Number(accumulate)].map(integer),
    ];
  },
};

/** A column gather; formats are stored in the narrowest of 2, 4 and 8 bits that holds their codes. */
const gather = (
  form: string,
  formats: readonly FormatName[],
  perByte: number,
  pack: (weights: Weights) => Packed,
): Kernel => ({
  symbol: `rnnq_gather_${form}_c`,
  op: 'gather',
  isa: 'c',
  formats,
  rowBlock: 8, // so that a matvec that adds to its output finds zeros behind the rows
  group: 1,
  blocks: [],
  passes: onePass,
  arguments: ({ weights, fraction }: MatrixTask) => {
    const { rows, cols } = weights;
    const elements = cols * Math.ceil(rows / perByte);
    return [
      { kind: 'output', elements: rows },
      { kind: 'input', elements: 1 },
      weightsArgument(() => pack(transposed(weights)), elements),
      ...[rows, cols, fraction].map(integer),
    ];
  },
});

/** Tables of the partial sums of `size` ternary inputs, for as many inputs at a time as `block` groups. */
const matvecLookup = (
  size: 4 | 5,
  rowBlock: number,
  entries: number,
  pack: (weights: Weights, groupBlock: number) => Packed,
): Kernel => ({
  symbol: `rnnq_matvec_s8_l${size}_c`,
  op: 'matvec',
  isa: 'c',
  formats: ['ternary', 'binary'],
  rowBlock,
  group: size,
  blocks: ['all', 16, 4],
  passes: ({ weights, block }) => Math.ceil(weights.cols / size / block),
  arguments: ({ weights, accumulate, block }) => {
    const { rows, cols } = weights;
    const groups = Math.ceil(cols / size);
    return [
      { kind: 'output', elements: rows },
      { kind: 'input', elements: cols },
      weightsArgument(() => pack(weights, block), rows * groups, size === 5 ? 4 : 1),
      { kind: 'scratch', ctype: 'uint16_t', elements: entries * block },
      ...[rows, cols, block, Number(accumulate)].map(integer),
    ];
  },
});

/** Two rows in a lane of SMLAD. */
const matvecLanes: Kernel = {
  symbol: 'rnnq_matvec_s8_t2l_dsp',
  op: 'matvec',
  isa: 'dsp',
  formats: ['ternary', 'binary'],
  rowBlock: 8,
  group: 8,
  blocks: [],
  passes: ({ weights }) => Math.ceil(weights.cols / laneFlush(weights)),
  arguments: ({ weights, accumulate }) => {
    const { rows, cols } = weights;
    const eights = Math.ceil(cols / 8);
    const flush = laneFlush(weights);
    return [
      { kind: 'output', elements: rows },
      { kind: 'input', elements: cols },
      weightsArgument(() => packLanes(weights, flush), 2 * rows * eights, 4),
      { kind: 'scratch', ctype: 'uint32_t', elements: 4 * Math.min(eights, flush / 8) },
      ...[rows, cols, flush, Number(accumulate)].map(integer),
    ];
  },
};

/** Four rows in a byte of a vector. */
const matvecDigits: Kernel = {
  symbol: 'rnnq_matvec_s8_t4r_mve',
  op: 'matvec',
  isa: 'mve',
  formats: ['ternary', 'binary'],
  rowBlock: 4,
  group: 16,
  blocks: [],
  passes: onePass,
  arguments: ({ weights, accumulate }) => {
    const { rows, cols } = weights;
    return [
      { kind: 'output', elements: rows },
      { kind: 'input', elements: cols },
      weightsArgument(() => packDigits(weights), (rows / 4) * 16 * Math.ceil(cols / 16) + 16),
      ...[rows, cols, Number(accumulate)].map(integer),
    ];
  },
};

/** Eight rows in a word, weights of 1, 2 or 4 bits. */
const matvecEights: Kernel = {
  symbol: 'rnnq_matvec_s8_p8_c',
  op: 'matvec',
  isa: 'c',
  formats: ['ternary', 'binary', 's4'],
  rowBlock: 8,
  group: 4,
  blocks: [],
  // the first one starts the sums
  passes: ({ weights }) => 1 + Math.ceil(weights.cols / inputsOfEights(bitsOfEights(weights.format))),
  arguments: ({ weights, accumulate }) => {
    const { rows, cols, format } = weights;
    const bits = bitsOfEights(format);
    return [
      { kind: 'output', elements: rows },
      { kind: 'input', elements: cols },
      weightsArgument(() => packEights(weights), (rows / 2) * bits * Math.ceil(cols / 4), 4),
      ...[rows, cols, bits, Number(accumulate)].map(integer),
    ];
  },
};

/** Formats whose codes are bytes in a kernel, whatever they are in model.json. */
const BYTES: readonly FormatName[] = ['s8', 's4', 'pow2-7'];

/** What a kernel of four rows does at a time: `inputs`, whose weights take `bytes` in a row, and `work` words of memory. */
interface Group {
  readonly inputs: number;
  readonly bytes: number;
  readonly work: number;
}

/** Four rows at a time with weights in words or vectors. */
const matvecFourRows = (
  form: string,
  isa: Isa,
  formats: readonly FormatName[],
  pack: (weights: Weights) => Packed,
  { inputs, bytes, work }: Group,
): Kernel => ({
  symbol: `rnnq_matvec_s8_${form}_${isa}`,
  op: 'matvec',
  isa,
  formats,
  rowBlock: 4,
  group: inputs,
  blocks: [],
  passes: onePass,
  arguments: ({ weights, accumulate }) => {
    const { rows, cols } = weights;
    const groups = Math.ceil(cols / inputs);
    return [
      { kind: 'output', elements: rows },
      { kind: 'input', elements: cols },
      weightsArgument(() => pack(weights), rows * bytes * groups, isa === 'mve' ? 1 : 4),
      ...(work === 0 ? [] : [{ kind: 'scratch', ctype: 'uint32_t', elements: work * groups } as const]),
      ...[rows, cols, Number(accumulate)].map(integer),
    ];
  },
});

/** Every C function that multiplies, the preferred one first. A new kernel is one C file and one row here. */
export const KERNELS: readonly Kernel[] = [
  matvecEights,
  matvecLookup(4, 8, 108, packLookup4),
  matvecLookup(5, 4, 252, packLookup5),
  matvecLanes,
  matvecDigits,
  matvecFourRows('e7', 'c', ['pow2-7'], packExponents, { inputs: 2, bytes: 1, work: 0 }),
  matvecBytes,
  matvecFourRows('q8', 'c', BYTES, packColumns, { inputs: 1, bytes: 1, work: 0 }),
  matvecFourRows('s8', 'dsp', BYTES, packWords8, { inputs: 4, bytes: 4, work: 2 }),
  matvecFourRows('s4', 'dsp', ['s4'], packWords4, { inputs: 8, bytes: 4, work: 4 }),
  matvecFourRows('e7', 'dsp', ['pow2-7'], packPairs, { inputs: 8, bytes: 4, work: 4 }),
  matvecFourRows('s8', 'mve', BYTES, packVectors, { inputs: 16, bytes: 16, work: 0 }),
  gather('t2', ['ternary', 'binary'], 4, packTernary),
  gather('s4', ['pow2-2', 'pow2-3', 'planes-2', 'planes-3', 's4'], 2, packNibbles),
  gather('s8', ['pow2-7', 's8'], 1, packBytes),
];

/** The kernel of the class of a network. */
export const ARGMAX = 'rnnq_argmax_s16_c';

/** Two vectors as one. */
export const CONCAT = 'rnnq_concat_s8_c';

/** Kernel classes a core of a class can run, the best first. */
export const RUNNABLE: { readonly [K in Isa]: readonly Isa[] } = {
  c: ['c'],
  dsp: ['dsp', 'c'],
  mve: ['mve', 'dsp', 'c'],
};
