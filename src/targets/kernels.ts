import type { FormatName } from '../ir/model.js';
import type { Weights } from '../ir/program.js';
import { type Isa, integer, type Kernel, type KernelArgument, type MatrixTask, type Packed } from './kernel.js';
import {
  laneFlush,
  packBinary,
  packBytes,
  packColumns,
  packDigits,
  packExponents,
  packHalves,
  packLanes,
  packLookup4,
  packLookup5,
  packNibbles,
  packPairs,
  packPlaces,
  packTernary,
  packVectors,
  packWords,
  transposed,
} from './packing.js';
import { matvecLists } from './sparse-kernels.js';

/** Weights that a kernel reads wholly; `bytes` restates what its C source reads, in elements of some bytes. */
const weightsArgument = (pack: () => Packed, bytes: number, elementBytes = 1): KernelArgument => ({
  kind: 'weights',
  pack,
  elements: bytes / elementBytes,
  bytes,
});

const onePass = (): number => 1;

/** A portable matvec; `perByte`: weights in a byte, rows begin on bytes of their own. */
const matvec = (
  form: string,
  formats: readonly FormatName[],
  perByte: number,
  pack: (weights: Weights) => Packed,
  input: Kernel['input'] = 's8',
): Kernel => ({
  symbol: `rnnq_matvec_${input}_${form}_c`,
  op: 'matvec',
  isa: 'c',
  input,
  formats,
  rowBlock: 1,
  group: 1,
  blocks: [],
  passes: onePass,
  arguments: ({ weights, accumulate }) => {
    const { rows, cols } = weights;
    const elements = rows * Math.ceil(cols / perByte);
    return [
      { kind: 'output', elements: rows },
      { kind: 'input', elements: cols },
      weightsArgument(() => pack(weights), elements),
      ...[rows, cols, Number(accumulate)].map(integer),
    ];
  },
});

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
  input: 's16',
  formats,
  rowBlock: 1,
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
  input: Kernel['input'] = 's8',
): Kernel => ({
  symbol: `rnnq_matvec_${input}_l${size}_c`,
  op: 'matvec',
  isa: 'c',
  input,
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
      weightsArgument(() => pack(weights, block), rows * groups, input === 's16' ? 1 : 4),
      { kind: 'scratch', ctype: input === 's16' ? 'int32_t' : 'uint16_t', elements: entries * block },
      ...[rows, cols, block, Number(accumulate)].map(integer),
    ];
  },
});

/** Two rows in a lane of SMLAD. */
const matvecLanes: Kernel = {
  symbol: 'rnnq_matvec_s8_t2l_dsp',
  op: 'matvec',
  isa: 'dsp',
  input: 's8',
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
  input: 's8',
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

/** Formats whose codes are bytes in a kernel, whatever they are in model.json. */
const BYTES: readonly FormatName[] = ['s8', 's4', 'pow2-7'];

/** Four rows at a time with weights in words or vectors; `scratch`: words of working memory. */
const matvecFourRows = (
  form: string,
  isa: Isa,
  formats: readonly FormatName[],
  pack: (weights: Weights) => Packed,
  bytes: (rows: number, cols: number) => number,
  scratch: (cols: number) => number,
  group: number,
  input: Kernel['input'] = 's8',
): Kernel => ({
  symbol: `rnnq_matvec_${input}_${form}_${isa}`,
  op: 'matvec',
  isa,
  input,
  formats,
  rowBlock: 4,
  group,
  blocks: [],
  passes: onePass,
  arguments: ({ weights, accumulate }) => {
    const { rows, cols } = weights;
    const work = scratch(cols);
    return [
      { kind: 'output', elements: rows },
      { kind: 'input', elements: cols },
      weightsArgument(() => pack(weights), bytes(rows, cols), isa === 'mve' ? 1 : 4),
      ...(work === 0 ? [] : [{ kind: 'scratch', ctype: 'uint32_t', elements: work } as const]),
      ...[rows, cols, Number(accumulate)].map(integer),
    ];
  },
});

/** Every C function of runtime-c that multiplies, the preferred one first. A new kernel is one C file and one row here. */
export const KERNELS: readonly Kernel[] = [
  matvec('t2', ['ternary'], 4, packTernary),
  matvecLookup(4, 8, 90, packLookup4),
  matvecLookup(5, 4, 252, packLookup5),
  matvecLists,
  matvecLanes,
  matvecDigits,
  matvec('b1', ['binary'], 8, packBinary),
  matvec('e7', ['pow2-7'], 2, packExponents),
  matvec('s4', ['s4'], 2, packNibbles),
  matvec('s8', ['s8'], 1, packBytes),
  matvecFourRows(
    'q8',
    'c',
    BYTES,
    packColumns,
    (rows, cols) => 4 * (rows / 4) * cols,
    () => 0,
    1,
  ),
  matvecFourRows(
    's8',
    'dsp',
    BYTES,
    (weights) => packWords(weights, 4, 0),
    (rows, cols) => rows * 4 * Math.ceil(cols / 4),
    (cols) => 2 * Math.ceil(cols / 4),
    4,
  ),
  matvecFourRows(
    's4',
    'dsp',
    ['s4'],
    (weights) => packWords(weights, 8, 8),
    (rows, cols) => rows * 4 * Math.ceil(cols / 8),
    (cols) => 4 * Math.ceil(cols / 8),
    8,
  ),
  matvecFourRows(
    's8',
    'mve',
    BYTES,
    (weights) => packVectors(weights, 16),
    (rows, cols) => rows * 16 * Math.ceil(cols / 16),
    () => 0,
    16,
  ),
  matvec('t2', ['ternary'], 4, packTernary, 's16'),
  matvecLookup(4, 4, 81, packPlaces, 's16'),
  matvecFourRows(
    't2u',
    'dsp',
    ['ternary', 'binary'],
    packPairs,
    (rows, cols) => rows * 4 * Math.ceil(cols / 16),
    (cols) => 4 * Math.ceil(cols / 8),
    8,
    's16',
  ),
  matvec('b1', ['binary'], 8, packBinary, 's16'),
  matvec('e7', ['pow2-7'], 2, packExponents, 's16'),
  matvec('s4', ['s4'], 2, packNibbles, 's16'),
  matvec('s8', ['s8'], 1, packBytes, 's16'),
  matvecFourRows(
    's8',
    'dsp',
    BYTES,
    packHalves,
    (rows, cols) => rows * 4 * Math.ceil(cols / 4),
    (cols) => 2 * Math.ceil(cols / 4),
    4,
    's16',
  ),
  matvecFourRows(
    's8',
    'mve',
    [...BYTES, 'ternary', 'binary'],
    (weights) => packVectors(weights, 8),
    (rows, cols) => rows * 8 * Math.ceil(cols / 8),
    () => 0,
    8,
    's16',
  ),
  gather('t2', ['ternary', 'binary'], 4, packTernary),
  gather('s4', ['pow2-2', 'pow2-3', 'planes-2', 'planes-3', 's4'], 2, packNibbles),
  gather('s8', ['pow2-7', 's8'], 1, packBytes),
];

/** The kernel of the class of a network. */
export const ARGMAX = 'rnnq_argmax_s16_c';

/** Two vectors as one, by their type. */
export const CONCATS = { s8: 'rnnq_concat_s8_c', s16: 'rnnq_concat_s16_c' } as const;

/** Kernel classes a core of a class can run, the best first. */
export const RUNNABLE: { readonly [K in Isa]: readonly Isa[] } = {
  c: ['c'],
  dsp: ['dsp', 'c'],
  mve: ['mve', 'dsp', 'c'],
};
