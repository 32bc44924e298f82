import type { View } from '../../ir/plan.js';
import type { DType, Op, Program, TensorId, Weights } from '../../ir/program.js';
import { plane, planesOf } from '../../targets/packing.js';
import type { Group, MatrixOp } from './schedule.js';

/** Matrices that one kernel call multiplies with one vector. */
export interface Stack {
  readonly ops: readonly MatrixOp[];
  /** Additions of the results to those of an earlier stack, done by the kernel itself. */
  readonly additions: readonly Op<'add'>[];
  /** The earlier stack. */
  readonly onto: Stack | null;
  /** All rows; the weights of several ternary planes are split into rows of ternary weights. */
  readonly weights: Weights;
  readonly planes: number;
  /** Type of the vector. */
  readonly input: DType;
}

/** How the rows of stacked matrices follow each other: row j of every matrix together, or matrix after matrix. */
export type RowOrder = 'interleaved' | 'planar';

const planesOfOp = ({ kind, attributes }: MatrixOp): number =>
  kind === 'matvec' ? planesOf(attributes.weights.format) : 1;

/** Place of the first element and distances, in rows, of matrix k of a stack. */
export function rowsOf(count: number, rows: number, planes: number, k: number, order: RowOrder) {
  return order === 'interleaved'
    ? { offset: k * planes, stride: count * planes, planes, planeStride: 1 }
    : { offset: k * planes * rows, stride: 1, planes, planeStride: rows };
}

/** The matrices of some ops as one. */
export function stackWeights(ops: readonly MatrixOp[], order: RowOrder): Weights {
  const { rows, cols, format, name } = ops[0]!.attributes.weights;
  const planes = planesOfOp(ops[0]!);
  const codes = new Int8Array(ops.length * planes * rows * cols);
  ops.forEach((op, k) => {
    const { offset, stride, planeStride } = rowsOf(ops.length, rows, planes, k, order);
    const from = op.attributes.weights.codes;
    for (let j = 0; j < rows; j++)
      for (let p = 0; p < planes; p++) {
        const row = offset + stride * j + planeStride * p;
        for (let i = 0; i < cols; i++)
          codes[row * cols + i] = planes === 1 ? from[j * cols + i]! : plane(from[j * cols + i]!, p);
      }
  });
  return {
    name: ops.length === 1 ? name : name.replace(/_[^_]*$/, ''),
    format: planes === 1 ? format : 'ternary',
    rows: ops.length * planes * rows,
    cols,
    codes,
  };
}

/** Where the results of a stack lie in its array. */
export function stackViews(stack: Stack, array: string, order: RowOrder): View[] {
  const count = stack.ops.length;
  return stack.ops.flatMap((op, k) => {
    const place = { array, ...rowsOf(count, op.attributes.weights.rows, stack.planes, k, order) };
    const sum = stack.additions[k];
    if (sum === undefined) return [{ tensor: op.output, ...place }];
    // what is added to lies where the sum will
    return [{ tensor: sum.output, ...place }];
  });
}

/**
 * Makes the stacks of a phase. Where every result of one stack is only added to the results of an earlier one, in the
 * same order, the later stack takes the additions over: its kernel adds to the array of the earlier one.
 */
export function makeStacks(program: Program, groups: readonly Group[], order: RowOrder): Map<Group, Stack> {
  const users = new Map<TensorId, Op[]>();
  for (const { ops } of groups)
    for (const op of ops) for (const id of op.inputs) users.set(id, [...(users.get(id) ?? []), op]);
  const onlyUser = (id: TensorId): Op | undefined =>
    program.tensors[id]!.role === 'local' && users.get(id)?.length === 1 ? users.get(id)![0] : undefined;
  const stacks = new Map<Group, Stack>();
  for (const group of groups) {
    if (group.kind !== 'stack') continue;
    const planes = planesOfOp(group.ops[0]!);
    const sums = group.ops.map((op) => onlyUser(op.output));
    const onto = [...stacks.values()].find(
      (earlier) =>
        group.ops[0]!.kind === 'matvec' && // a gather overwrites
        earlier.onto === null &&
        earlier.planes === planes &&
        earlier.ops.length === group.ops.length &&
        earlier.ops.every((op, k) => {
          const sum = onlyUser(op.output);
          return sum?.kind === 'add' && sum === sums[k] && sum.inputs[0] !== sum.inputs[1];
        }),
    );
    stacks.set(group, {
      ops: group.ops,
      additions: onto === undefined ? [] : (sums as Op<'add'>[]),
      onto: onto ?? null,
      weights: stackWeights(group.ops, order),
      planes,
      input: program.tensors[group.ops[0]!.inputs[0]!]!.type.dtype,
    });
  }
  return stacks;
}
