import { TABLES } from '../../src/fixed/tables.js';
import type { CType } from '../../src/ir/plan.js';
import { DTYPE_BYTES, type DType, type OpKind } from '../../src/ir/program.js';
import { opDef } from '../../src/ops/index.js';
import type { Kernel, KernelArgument, KernelContext } from '../../src/targets/kernel.js';
import { allKernels } from '../../src/targets/kernels.js';
import { makeCases, type OpCase } from '../ops/op-cases.js';

/** Bytes after every array that nobody may write. */
export const GUARD = 8;
export const GUARD_BYTE = 0xa5;
/** Working memory of the test program; the largest call must fit. */
export const ARENA = 7168;

/** One call of one kernel in the form the test program reads, and the bytes that must come back. */
export interface KernelCall {
  readonly kernel: Kernel;
  readonly description: string;
  readonly record: Uint8Array;
  readonly expected: Uint8Array;
}

const CTYPE_DTYPE = { int8_t: 's8', uint8_t: 's8', int16_t: 's16', int32_t: 's32' } as const satisfies Record<
  CType,
  DType
>;

function toBytes(values: ArrayLike<number>, dtype: DType): Uint8Array {
  const size = DTYPE_BYTES[dtype];
  const view = new DataView(new ArrayBuffer(values.length * size));
  for (let i = 0; i < values.length; i++) {
    if (size === 1) view.setInt8(i, values[i]!);
    else if (size === 2) view.setInt16(2 * i, values[i]!, true);
    else view.setInt32(4 * i, values[i]!, true);
  }
  return new Uint8Array(view.buffer);
}

interface CArray {
  readonly bytes: Uint8Array;
  /** The address modulo 4 that it gets: arrays of bytes stand at odd addresses, where the language allows it. */
  readonly place: number;
}

const place = (dtype: DType): number => ({ s8: 1, s16: 2, s32: 0 })[dtype];

function arrayOf(argument: KernelArgument, { op, inputs, values }: OpCase): CArray | null {
  if (argument.kind === 'input') {
    const { dtype } = inputs[argument.index]!;
    return { bytes: toBytes(values[argument.index]!, dtype), place: place(dtype) };
  }
  if (argument.kind === 'table') return { bytes: toBytes(TABLES[argument.table], 's16'), place: 2 };
  if (argument.kind !== 'constant') return null;
  if (argument.values.length !== argument.elements)
    throw new Error(`${op.kind}: ${argument.elements} elements are not all of ${argument.name}`);
  const dtype = CTYPE_DTYPE[argument.ctype];
  return { bytes: toBytes(argument.values, dtype), place: place(dtype) };
}

/**
 * kernel, output bytes, place of the output, index of the array that is also the output (or -1), arrays (count, then
 * bytes and place and contents of each), integers (count, then each); every number an int32.
 */
function encode(index: number, list: readonly KernelArgument[], c: OpCase, shared: number, size: number): Uint8Array {
  const arrays = list.flatMap((argument) => arrayOf(argument, c) ?? []);
  const integers = list.flatMap((argument) => (argument.kind === 'integer' ? [argument.value] : []));
  const inputs = list.filter((argument) => argument.kind !== 'output' && argument.kind !== 'integer');
  const alias = inputs.findIndex((argument) => argument.kind === 'input' && argument.index === shared);
  const parts = [toBytes([index, size, place(c.output.dtype), alias, arrays.length], 's32')];
  for (const { bytes, place: at } of arrays) parts.push(toBytes([bytes.length, at], 's32'), bytes);
  parts.push(toBytes([integers.length, ...integers], 's32'));
  return Uint8Array.from(Buffer.concat(parts));
}

function callsOf(kernel: Kernel, index: number): KernelCall[] {
  return makeCases(kernel.op).flatMap((c): KernelCall[] => {
    const context = { op: c.op, inputs: c.inputs, output: c.output } as KernelContext<OpKind>;
    if (!kernel.accepts(context)) return [];
    const result = new Int32Array(c.output.length);
    opDef(c.op).evaluate(c.op, c.values, result);
    const expected = toBytes(result, c.output.dtype);
    const list = kernel.arguments(context, 'out');
    return [-1, ...kernel.inPlace].map((shared) => ({
      kernel,
      description: `${kernel.symbol}, length ${c.output.length}${shared < 0 ? '' : `, output in place of input ${shared}`}`,
      record: encode(index, list, c, shared, expected.length),
      expected,
    }));
  });
}

/** Every call of every kernel row. */
export const kernelCalls = (): KernelCall[] => allKernels().flatMap(callsOf);

/** The C call of a kernel: the argument order of its row, nothing else. */
function cCall(kernel: Kernel): string {
  const first = makeCases(kernel.op).find((c) => kernel.accepts(c as KernelContext<OpKind>))!;
  let arrays = 0;
  let integers = 0;
  const list = kernel.arguments(first as KernelContext<OpKind>, 'out').map((argument) => {
    if (argument.kind === 'output') return 'output';
    return argument.kind === 'integer' ? `integers[${integers++}]` : `arrays[${arrays++}]`;
  });
  const call = `${kernel.symbol}(${list.join(', ')})`;
  return list.includes('output') ? `${call};` : `*(int32_t *)output = ${call};`;
}

/** A program that makes the calls of its input and writes every output with its guard. */
export const kernelProgram = (): string => `#include "rnnq.h"
#include "rnnq_io.h"

static int32_t arena[${ARENA / 4}];
static uint32_t used;

/* An array at an address that is place modulo 4, with its guard filled. */
static void *take(uint32_t bytes, uint32_t place)
{
    uint8_t *const all = (uint8_t *)arena;
    uint8_t *const start = &all[used + place];

    used += (place + bytes + ${GUARD}u + 3u) / 4u * 4u;
    if (used > sizeof arena) {
        rnnq_io_exit(3);
    }
    for (uint32_t i = 0; i < bytes + ${GUARD}u; i++) {
        start[i] = ${GUARD_BYTE}u;
    }
    return start;
}

static void need(void *data, uint32_t bytes)
{
    if (!rnnq_io_read(data, bytes)) {
        rnnq_io_exit(4);
    }
}

int main(void)
{
    struct { int32_t kernel; uint32_t bytes; uint32_t place; int32_t alias; uint32_t arrays; } head;

    while (rnnq_io_read(&head, sizeof head)) {
        void *arrays[8];
        int32_t integers[8];
        void *output;
        uint32_t count;

        used = 0;
        for (uint32_t i = 0; i < head.arrays; i++) {
            uint32_t array[2];
            need(array, sizeof array);
            arrays[i] = take(array[0], array[1]);
            need(arrays[i], array[0]);
        }
        need(&count, sizeof count);
        need(integers, count * 4u);
        output = head.alias < 0 ? take(head.bytes, head.place) : arrays[head.alias];
        switch (head.kernel) {
${allKernels()
  .map((kernel, index) => `        case ${index}: ${cCall(kernel)} break;`)
  .join('\n')}
        default: return 5;
        }
        rnnq_io_write(output, head.bytes + ${GUARD}u);
    }
    return 0;
}
`;
