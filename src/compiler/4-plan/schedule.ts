import type { Op, Program, TensorId } from '../../ir/program.js';
import { opDef } from '../../ops/index.js';

/** Ops that one step of the plan will do. */
export type OpGroup =
  | { readonly kind: 'product'; readonly ops: readonly MatrixOp[] }
  | { readonly kind: 'loop'; readonly ops: readonly Op[] }
  | { readonly kind: 'single'; readonly ops: readonly [SingleOp] };
export type MatrixOp = Op<'matvec'> | Op<'matvecAt'> | Op<'gather'>;
/** Ops that are one call each. */
export type SingleOp = Op<'argmax' | 'concat' | 'score' | 'delay' | 'wait' | 'pool' | 'resume' | 'count' | 'hold'>;

const isMatrix = (op: Op): op is MatrixOp => op.kind === 'matvec' || op.kind === 'matvecAt' || op.kind === 'gather';
/** Neither a product nor element by element. */
export const isSingle = (op: Op): op is SingleOp => !isMatrix(op) && !opDef(op).elementwise;
const lengthOf = (program: Program, op: Op): number => program.tensors[op.output]!.type.length;

/**
 * Orders the ops of a phase and groups them, layer by layer: matrices of one shape that read the same vector are fused,
 * element-wise ops of one length go through one loop. Matrices run as early as what they read allows; other ops as late
 * as they can, so that little has to be kept.
 */
export function schedule(program: Program, ops: readonly Op[]): OpGroup[] {
  const groups: OpGroup[] = [];
  for (let first = 0; first < ops.length; ) {
    let end = first;
    while (end < ops.length && ops[end]!.origin === ops[first]!.origin && ops[end]!.kind !== 'wait') end++;
    groups.push(...scheduleLayer(program, ops.slice(first, end)));
    const next = ops[end];
    // what follows is not done in every step, so nothing moves across
    if (next?.kind === 'wait') groups.push({ kind: 'single', ops: [next] });
    first = next?.kind === 'wait' ? end + 1 : end;
  }
  return groups;
}

function scheduleLayer(program: Program, ops: readonly Op[]): OpGroup[] {
  const groups: OpGroup[] = [];
  const waiting = new Set(ops);
  const before = predecessors(ops);
  const ready = (op: Op, alsoDone: ReadonlySet<Op>): boolean =>
    [...before.get(op)!].every((other) => !waiting.has(other) || alsoDone.has(other));
  const take = (group: OpGroup): void => {
    groups.push(group);
    for (const op of group.ops) waiting.delete(op);
  };
  while (waiting.size > 0) {
    const free = [...waiting].filter((op) => ready(op, new Set()));
    const matrix = free.find(isMatrix);
    if (matrix !== undefined) {
      take({ kind: 'product', ops: free.filter(isMatrix).filter((op) => fusible(program, matrix, op)) });
      continue;
    }
    const needed = beforeMatrix(waiting, before);
    const first = free.find((op) => needed.has(op))!;
    if (isSingle(first)) {
      take({ kind: 'single', ops: [first] });
      continue;
    }
    const loop = new Set<Op>();
    for (const op of needed)
      if (opDef(op).elementwise && lengthOf(program, op) === lengthOf(program, first) && ready(op, loop)) loop.add(op);
    take({ kind: 'loop', ops: [...loop] });
  }
  return groups;
}

/** Waiting ops that the next matrix must wait for, in their order; all where no matrix waits. */
function beforeMatrix(waiting: ReadonlySet<Op>, before: ReadonlyMap<Op, ReadonlySet<Op>>): ReadonlySet<Op> {
  const needed = new Set<Op>();
  const visit = (op: Op): void => {
    if (!waiting.has(op) || needed.has(op)) return;
    needed.add(op);
    for (const other of before.get(op)!) visit(other);
  };
  const matrix = [...waiting].find(isMatrix);
  if (matrix === undefined) return waiting;
  visit(matrix);
  return new Set([...waiting].filter((op) => needed.has(op) && op !== matrix));
}

function fusible(program: Program, a: MatrixOp, b: MatrixOp): boolean {
  if (a === b) return true;
  if (a.kind === 'matvecAt') return false;
  const [first, second] = [a.attributes.weights, b.attributes.weights];
  const sameInput = a.kind === b.kind && a.inputs[0] === b.inputs[0] && first.alphabet === second.alphabet;
  return sameInput && lengthOf(program, a) === lengthOf(program, b);
}

/** What each op must wait for: writers of what it reads, and readers of what it overwrites. */
function predecessors(ops: readonly Op[]): Map<Op, Set<Op>> {
  const writer = new Map<TensorId, Op>();
  const readers = new Map<TensorId, Op[]>();
  const before = new Map<Op, Set<Op>>();
  for (const op of ops) {
    const wait = new Set<Op>();
    for (const id of op.inputs) {
      const from = writer.get(id);
      if (from !== undefined) wait.add(from);
    }
    for (const reader of readers.get(op.output) ?? []) wait.add(reader);
    before.set(op, wait);
    for (const id of op.inputs) readers.set(id, [...(readers.get(id) ?? []), op]);
    writer.set(op.output, op);
  }
  return before;
}

/** What the results of a loop have in common, or the only result's name. */
export function loopName(names: readonly string[]): string {
  const [first] = names;
  if (names.length === 1) return first!;
  let end = 0;
  while (names.every((name) => end < name.length && name[end] === first![end])) end++;
  return `${first!.slice(0, end).replace(/_[^_]*$/, '')}_update`;
}
