import type { FormatName } from '../ir/model.js';
import type { DType, OpKind, Weights } from '../ir/program.js';
import { hasTypes, integer, type Kernel, type KernelArgument, type KernelContext } from './kernel.js';
import {
  type Packed,
  packBinary,
  packBytes,
  packExponents,
  packNibbles,
  packPlanes,
  packTernary,
  transposed,
} from './packing.js';

type Arrays = readonly KernelArgument[];
const output = (elements: number): KernelArgument => ({ kind: 'output', elements });
const input = (index: number, elements: number): KernelArgument => ({ kind: 'input', index, elements });
const elementwise = (context: KernelContext<OpKind>): Arrays => {
  const { length } = context.output;
  return [output(length), ...context.inputs.map((_, i) => input(i, length))];
};

/** Weights as an array argument; `elements` restates what the C source reads. */
const weightsArgument = (name: string, { ctype, values }: Packed, elements: number): KernelArgument => ({
  kind: 'constant',
  name,
  ctype,
  values,
  role: 'weights',
  elements,
});

/** A matvec of s8 inputs with weights of some formats; `perByte`: weights of one plane in a byte. */
const matvec = (
  form: string,
  formats: readonly FormatName[],
  perByte: number,
  pack: (weights: Weights) => Packed,
): Kernel<'matvec'> => ({
  symbol: `rnnq_matvec_s8_${form}_c`,
  op: 'matvec',
  isa: 'c',
  inPlace: [],
  accepts: (context) => formats.includes(context.op.attributes.weights.format) && hasTypes(context, 's8', 's32'),
  arguments: (context) => {
    const { weights } = context.op.attributes;
    const { name, rows, cols } = weights;
    const elements = rows * Math.ceil(cols / perByte);
    return [output(rows), input(0, cols), weightsArgument(name, pack(weights), elements), integer(rows), integer(cols)];
  },
});

/** Ternary planes of each format that has several. */
const PLANES: { readonly [K in FormatName]?: number } = { 'planes-2': 2, 'pow2-2': 2, 'planes-3': 3, 'pow2-3': 3 };

const matvecPlanes: Kernel<'matvec'> = {
  symbol: 'rnnq_matvec_s8_t2p_c',
  op: 'matvec',
  isa: 'c',
  inPlace: [],
  accepts: (context) => PLANES[context.op.attributes.weights.format] !== undefined && hasTypes(context, 's8', 's32'),
  arguments: (context) => {
    const { weights } = context.op.attributes;
    const { name, format, rows, cols } = weights;
    const planes = PLANES[format]!;
    const elements = rows * planes * Math.ceil(cols / 4);
    const constant = weightsArgument(name, packPlanes(weights, planes), elements);
    return [output(rows), input(0, cols), constant, ...[rows, cols, planes].map(integer)];
  },
};

/** A column gather; formats are stored in the narrowest of 2, 4 and 8 bits that holds their codes. */
const gather = (
  form: string,
  formats: readonly FormatName[],
  perByte: number,
  pack: (weights: Weights) => Packed,
): Kernel<'gather'> => ({
  symbol: `rnnq_gather_${form}_c`,
  op: 'gather',
  isa: 'c',
  inPlace: [],
  accepts: (context) => formats.includes(context.op.attributes.weights.format) && hasTypes(context, 's16', 's32'),
  arguments: (context) => {
    const { weights, fraction } = context.op.attributes;
    const { name, rows, cols } = weights;
    const constant = weightsArgument(name, pack(transposed(weights)), cols * Math.ceil(rows / perByte));
    return [output(rows), input(0, 1), constant, ...[rows, cols, fraction].map(integer)];
  },
});

const hard = (from: 's16' | 's32'): Kernel<'hard'> => ({
  symbol: `rnnq_hard_${from}_c`,
  op: 'hard',
  isa: 'c',
  inPlace: from === 's16' ? [0] : [],
  accepts: (context) => hasTypes(context, from, 's16'),
  arguments: (c) => {
    const { left, offset, limit, min, max } = c.op.attributes;
    return [...elementwise(c), ...[c.output.length, left, offset, limit, min, max].map(integer)];
  },
});

const mul = (first: DType, second: DType, to: DType, inPlace: readonly number[]): Kernel<'mul'> => ({
  symbol: `rnnq_mul_${first}${second}${to}_c`,
  op: 'mul',
  isa: 'c',
  inPlace,
  accepts: (context) => hasTypes(context, first, second, to),
  arguments: (c) => [...elementwise(c), integer(c.output.length), integer(c.op.attributes.shift)],
});

const narrow = (from: DType, to: DType): Kernel<'narrow'> => ({
  symbol: `rnnq_narrow_${from}${to}_c`,
  op: 'narrow',
  isa: 'c',
  inPlace: from === to ? [0] : [],
  accepts: (context) => hasTypes(context, from, to),
  arguments: (c) => {
    const { shift, min, max } = c.op.attributes;
    return [...elementwise(c), ...[c.output.length, shift, min, max].map(integer)];
  },
});

const lut = (from: 's16' | 's32'): Kernel<'lut'> => ({
  symbol: `rnnq_lut_${from}_c`,
  op: 'lut',
  isa: 'c',
  inPlace: from === 's16' ? [0] : [],
  accepts: (context) => hasTypes(context, from, 's16'),
  arguments: (c) => {
    const { table, left, shift } = c.op.attributes;
    return [...elementwise(c), { kind: 'table', table, elements: 256 }, ...[c.output.length, left, shift].map(integer)];
  },
});

/** Every C function, by op. A new kernel is one C file and one row here. */
export const KERNELS: { readonly [K in OpKind]: readonly Kernel<K>[] } = {
  matvec: [
    matvec('t2', ['ternary'], 4, packTernary),
    matvec('b1', ['binary'], 8, packBinary),
    matvec('e7', ['pow2-7'], 2, packExponents),
    matvec('s4', ['s4'], 2, packNibbles),
    matvec('s8', ['s8'], 1, packBytes),
    matvecPlanes,
  ],
  gather: [
    gather('t2', ['ternary', 'binary'], 4, packTernary),
    gather('s4', ['pow2-2', 'pow2-3', 'planes-2', 'planes-3', 's4'], 2, packNibbles),
    gather('s8', ['pow2-7', 's8'], 1, packBytes),
  ],
  affine: [
    {
      symbol: 'rnnq_affine_s8_c',
      op: 'affine',
      isa: 'c',
      inPlace: [0],
      accepts: (context) => hasTypes(context, 's8', 's8'),
      arguments: (c, name) => {
        const { m, n, bias, min, max } = c.op.attributes;
        const elements = c.output.length;
        return [
          ...elementwise(c),
          { kind: 'constant', name: `${name}_m`, ctype: 'int16_t', values: m, role: 'scale', elements },
          { kind: 'constant', name: `${name}_n`, ctype: 'uint8_t', values: n, role: 'scale', elements },
          { kind: 'constant', name: `${name}_bias`, ctype: 'int32_t', values: bias, role: 'bias', elements },
          ...[elements, min, max].map(integer),
        ];
      },
    },
  ],
  accumulate: [
    {
      symbol: 'rnnq_accumulate_s32_c',
      op: 'accumulate',
      isa: 'c',
      inPlace: [0],
      accepts: (context) => hasTypes(context, 's32', 's32'),
      arguments: (c, name) => {
        const { length } = c.output;
        const values = c.op.attributes.bias;
        return [
          ...elementwise(c),
          { kind: 'constant', name: `${name}_bias`, ctype: 'int32_t', values, role: 'bias', elements: length },
          integer(length),
        ];
      },
    },
  ],
  requantize: [
    {
      symbol: 'rnnq_requantize_s32_shift_c',
      op: 'requantize',
      isa: 'c',
      inPlace: [0],
      accepts: (context) => context.op.attributes.scale.kind === 'shift' && hasTypes(context, 's32', 's32'),
      arguments: (c, name) => requantizeArguments(c, name),
    },
    {
      symbol: 'rnnq_requantize_s32_multiplier_c',
      op: 'requantize',
      isa: 'c',
      inPlace: [0],
      accepts: (context) => context.op.attributes.scale.kind === 'multiplier' && hasTypes(context, 's32', 's32'),
      arguments: (c, name) => requantizeArguments(c, name),
    },
  ],
  add: [
    {
      symbol: 'rnnq_add_s32_c',
      op: 'add',
      isa: 'c',
      inPlace: [0, 1],
      accepts: (context) => hasTypes(context, 's32', 's32', 's32'),
      arguments: (c) => [...elementwise(c), integer(c.output.length)],
    },
  ],
  narrow: [
    narrow('s8', 's8'),
    narrow('s8', 's16'),
    narrow('s16', 's8'),
    narrow('s16', 's16'),
    narrow('s32', 's8'),
    narrow('s32', 's16'),
  ],
  mul: [mul('s16', 's32', 's32', [1]), mul('s16', 's16', 's32', []), mul('s16', 's16', 's8', [])],
  lerp: [
    {
      symbol: 'rnnq_lerp_s16_c',
      op: 'lerp',
      isa: 'c',
      inPlace: [0, 1, 2],
      accepts: (context) => hasTypes(context, 's16', 's16', 's16', 's16'),
      arguments: (c) => [
        ...elementwise(c),
        ...[c.output.length, c.op.attributes.min, c.op.attributes.max].map(integer),
      ],
    },
  ],
  lut: [lut('s32'), lut('s16')],
  hard: [hard('s32'), hard('s16')],
  argmax: [
    {
      symbol: 'rnnq_argmax_s16_c',
      op: 'argmax',
      isa: 'c',
      inPlace: [],
      accepts: (context) => hasTypes(context, 's16'),
      // returns its result instead of writing it
      arguments: (c) => [input(0, c.inputs[0]!.length), integer(c.inputs[0]!.length)],
    },
  ],
};

function requantizeArguments(c: KernelContext<'requantize'>, name: string): Arrays {
  const { scale, min, max } = c.op.attributes;
  const { length } = c.output;
  const shifts = {
    kind: 'constant',
    name: `${name}_shift`,
    ctype: 'uint8_t',
    values: scale.n,
    role: 'scale',
    elements: length,
  } as const;
  if (scale.kind === 'shift') return [...elementwise(c), shifts, ...[length, scale.left, min, max].map(integer)];
  const multipliers = { ...shifts, name: `${name}_multiplier`, ctype: 'int16_t', values: scale.m } as const;
  return [...elementwise(c), multipliers, shifts, ...[length, scale.pre, min, max].map(integer)];
}

/** All kernels in one list. */
export const allKernels = (): readonly Kernel[] => Object.values(KERNELS).flat() as readonly Kernel[];
