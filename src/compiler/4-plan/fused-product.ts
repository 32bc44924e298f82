import { ALPHABETS, plane } from '../../ir/alphabets.js';
import type { Placement } from '../../ir/plan.js';
import type { DType, Op, Program, TensorId, Weights } from '../../ir/program.js';
import { partOf } from '../../ops/matvec-at.js';
import type { MatrixOp, OpGroup } from './schedule.js';

/** Matrices that one kernel call multiplies with one vector. */
export interface FusedProduct {
  readonly ops: readonly MatrixOp[];
  /** Additions of the results to those of an earlier product, done by the kernel itself. */
  readonly additions: readonly Op<'add'>[];
  /** The earlier product. */
  readonly onto: FusedProduct | null;
  /** All rows; the weights of several ternary planes are split into rows of ternary weights. */
  readonly weights: Weights;
  /** The matrices of which a step multiplies one, these among them. */
  readonly parts: readonly Weights[];
  readonly planes: number;
  /** Type of the vector. */
  readonly input: DType;
}

/** How the rows of fused matrices follow each other: row j of every matrix together, or matrix after matrix. */
export type RowOrder = 'interleaved' | 'planar';

const planesOfOp = ({ kind, attributes }: MatrixOp): number =>
  kind === 'gather' ? 1 : ALPHABETS[attributes.weights.alphabet].planes;

/** The matrices of an op, of which it multiplies one. */
const matricesOf = (op: MatrixOp): readonly Weights[] => {
  const { weights } = op.attributes;
  if (op.kind !== 'matvecAt') return [weights];
  const { parts } = op.attributes;
  return Array.from({ length: parts }, (_, k) => partOf(weights, parts, k));
};

/** Place of the first element and distances, in rows, of matrix k of a product. */
export function rowsOf(count: number, rows: number, planes: number, k: number, order: RowOrder) {
  return order === 'interleaved'
    ? { offset: k * planes, stride: count * planes, planes, planeStride: 1 }
    : { offset: k * planes * rows, stride: 1, planes, planeStride: rows };
}

/** The matrices of some ops as one, for each of their parts. */
function fuseParts(ops: readonly MatrixOp[], order: RowOrder): readonly [Weights, ...Weights[]] {
  const planes = planesOfOp(ops[0]!);
  const all = ops.map(matricesOf);
  return all[0]!.map((_, k) =>
    fuseWeights(
      all.map((matrices) => matrices[k]!),
      planes,
      order,
    ),
  ) as [Weights];
}

function fuseWeights(ops: readonly Weights[], planes: number, order: RowOrder): Weights {
  const { rows, cols, alphabet, name } = ops[0]!;
  const codes = new Int8Array(ops.length * planes * rows * cols);
  ops.forEach((op, k) => {
    const { offset, stride, planeStride } = rowsOf(ops.length, rows, planes, k, order);
    const from = op.codes;
    for (let j = 0; j < rows; j++)
      for (let p = 0; p < planes; p++) {
        const row = offset + stride * j + planeStride * p;
        for (let i = 0; i < cols; i++)
          codes[row * cols + i] = planes === 1 ? from[j * cols + i]! : plane(from[j * cols + i]!, p);
      }
  });
  return {
    name: ops.length === 1 ? name : name.replace(/_[^_]*$/, ''),
    alphabet: planes === 1 ? alphabet : 'ternary',
    rows: ops.length * planes * rows,
    cols,
    codes,
  };
}

/** Where the results of a product lie in its array. */
export function placementsOf(product: FusedProduct, array: string, order: RowOrder): Placement[] {
  const count = product.ops.length;
  return product.ops.flatMap((op, k) => {
    const place = { array, ...rowsOf(count, matricesOf(op)[0]!.rows, product.planes, k, order) };
    const sum = product.additions[k];
    if (sum === undefined) return [{ tensor: op.output, ...place }];
    // what is added to lies where the sum will
    return [{ tensor: sum.output, ...place }];
  });
}

/**
 * Makes the products of a phase. Where every result of one product is only added to the results of an earlier one, in the
 * same order, the later product takes the additions over: its kernel adds to the array of the earlier one.
 */
export function fuseProducts(
  program: Program,
  groups: readonly OpGroup[],
  order: RowOrder,
): Map<OpGroup, FusedProduct> {
  const users = new Map<TensorId, Op[]>();
  for (const { ops } of groups)
    for (const op of ops) for (const id of op.inputs) users.set(id, [...(users.get(id) ?? []), op]);
  const onlyUser = (id: TensorId): Op | undefined =>
    program.tensors[id]!.role === 'local' && users.get(id)?.length === 1 ? users.get(id)![0] : undefined;
  const products = new Map<OpGroup, FusedProduct>();
  for (const group of groups) {
    if (group.kind !== 'product') continue;
    const planes = planesOfOp(group.ops[0]!);
    const sums = group.ops.map((op) => onlyUser(op.output));
    const onto = [...products.values()].find(
      (earlier) =>
        group.ops[0]!.kind !== 'gather' && // which overwrites
        earlier.onto === null &&
        earlier.planes === planes &&
        earlier.ops.length === group.ops.length &&
        earlier.ops.every((op, k) => {
          const sum = onlyUser(op.output);
          return sum?.kind === 'add' && sum === sums[k] && sum.inputs[0] !== sum.inputs[1];
        }),
    );
    const parts = fuseParts(group.ops, order);
    products.set(group, {
      ops: group.ops,
      additions: onto === undefined ? [] : (sums as Op<'add'>[]),
      onto: onto ?? null,
      weights: parts[0],
      parts,
      planes,
      input: program.tensors[group.ops[0]!.inputs[0]!]!.type.dtype,
    });
  }
  return products;
}
