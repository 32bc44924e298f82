import type { FormatName } from '../ir/model.js';
import type { Weights } from '../ir/program.js';
import { type Isa, integer, type Kernel, type KernelArgument, type MatrixTask, type Packed } from './kernel.js';
import { bitsOfEights, inputsOfEights, packDigits, packEights, transposed } from './packing.js';

import { chooseLanes, laneWords, packLanes } from './packing-lanes.js';

/** Weights that a kernel reads wholly; `bytes` restates what its C source reads, in elements of some bytes. */
const weightsArgument = (pack: () => Packed, bytes: number, elementBytes = 1): KernelArgument => ({
  kind: 'weights',
  pack,
  elements: bytes / elementBytes,
  bytes,
});

const onePass = (): number => 1;

/** A portable matvec; `perByte`: weights in a byte, rows begin on bytes of their own. */
export const matvec = (
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
export const gather = (
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
export const matvecLookup = (
  size: 4 | 5,
  rowBlock: number,
  entries: number,
  pack: (weights: Weights, groupBlock: number) => Packed,
  input: Kernel['input'] = 's8',
): Kernel => ({
  symbol: `rnnq_matvec_${input}_ternary_lut${size}_c`,
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

/** Eight rows in a word, weights of 1, 2 or 4 bits. */
export const matvecEights: Kernel = {
  symbol: 'rnnq_matvec_s8_swar8_c',
  op: 'matvec',
  isa: 'c',
  input: 's8',
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

/** Two rows in a lane of SMLAD. */
export const matvecLanes: Kernel = {
  symbol: 'rnnq_matvec_s8_ternary_rowpair_dsp',
  op: 'matvec',
  isa: 'dsp',
  input: 's8',
  formats: ['ternary', 'binary'],
  rowBlock: 8,
  group: 8,
  blocks: [],
  passes: ({ weights }) => Math.ceil(weights.cols / chooseLanes(weights).flush),
  counts: (weights) => {
    const { flush, ordered } = chooseLanes(weights);
    return { odd: ordered ? (weights.rows / 8) * Math.ceil(weights.cols / flush) : 0 };
  },
  arguments: ({ weights, accumulate }) => {
    const { rows, cols } = weights;
    const lanes = chooseLanes(weights);
    const work = 4 * Math.ceil(Math.min(cols, lanes.flush) / 8);
    return [
      { kind: 'output', elements: rows },
      { kind: 'input', elements: cols },
      weightsArgument(() => packLanes(weights, lanes), 4 * laneWords(weights, lanes), 4),
      { kind: 'scratch', ctype: 'uint32_t', elements: work },
      ...[rows, cols, lanes.flush, Number(lanes.ordered), Number(accumulate)].map(integer),
    ];
  },
};

/** Four rows in a byte of a vector. */
export const matvecDigits: Kernel = {
  symbol: 'rnnq_matvec_s8_ternary_base4_mve',
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

/** What a kernel of four rows does at a time: `inputs`, whose weights take `bytes` in a row, and `work` words of memory. */
interface Group {
  readonly inputs: number;
  readonly bytes: number;
  readonly work: number;
  /** Inputs by which its time goes, where they are fewer. */
  readonly counted?: number;
}

/** Four rows at a time with weights in words or vectors. */
export const matvecFourRows = (
  form: string,
  isa: Isa,
  formats: readonly FormatName[],
  pack: (weights: Weights) => Packed,
  { inputs, bytes, work, counted = inputs }: Group,
  input: Kernel['input'] = 's8',
): Kernel => ({
  symbol: `rnnq_matvec_${input}_${form}_${isa}`,
  op: 'matvec',
  isa,
  input,
  formats,
  rowBlock: 4,
  group: counted,
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
