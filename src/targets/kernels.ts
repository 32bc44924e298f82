import type { DType, OpKind, Weights } from '../ir/program.js';
import { ternary } from '../quantizers/ternary.js';
import { hasTypes, integer, type Kernel, type KernelArgument, type KernelContext } from './kernel.js';

type Arrays = readonly KernelArgument[];
const output = (elements: number): KernelArgument => ({ kind: 'output', elements });
const input = (index: number, elements: number): KernelArgument => ({ kind: 'input', index, elements });
const elementwise = (context: KernelContext<OpKind>): Arrays => {
  const { length } = context.output;
  return [output(length), ...context.inputs.map((_, i) => input(i, length))];
};

/** Ternary rows in bytes of four codes, each row on its own bytes. */
export function packTernaryRows({ codes, rows, cols }: Weights): Uint8Array {
  const stride = Math.ceil(cols / 4);
  const bytes = new Uint8Array(rows * stride);
  for (let j = 0; j < rows; j++) bytes.set(ternary.pack(codes.subarray(j * cols, (j + 1) * cols)), j * stride);
  return bytes;
}

const matvecArguments = (context: KernelContext<'matvec'>, constant: KernelArgument): Arrays => {
  const { rows, cols } = context.op.attributes.weights;
  return [output(rows), input(0, cols), constant, integer(rows), integer(cols)];
};

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
    {
      symbol: 'rnnq_matvec_s8_t2_c',
      op: 'matvec',
      isa: 'c',
      inPlace: [],
      accepts: (context) => context.op.attributes.weights.format === 'ternary' && hasTypes(context, 's8', 's32'),
      arguments: (context) => {
        const { weights } = context.op.attributes;
        const elements = weights.rows * Math.ceil(weights.cols / 4);
        const values = packTernaryRows(weights);
        return matvecArguments(context, {
          kind: 'constant',
          name: weights.name,
          ctype: 'uint8_t',
          values,
          role: 'weights',
          elements,
        });
      },
    },
    {
      symbol: 'rnnq_matvec_s8_s8_c',
      op: 'matvec',
      isa: 'c',
      inPlace: [],
      accepts: (context) => context.op.attributes.weights.format === 's8' && hasTypes(context, 's8', 's32'),
      arguments: (context) => {
        const { name, codes: values, rows, cols } = context.op.attributes.weights;
        return matvecArguments(context, {
          kind: 'constant',
          name,
          ctype: 'int8_t',
          values,
          role: 'weights',
          elements: rows * cols,
        });
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
