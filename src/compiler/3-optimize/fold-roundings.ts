import { INT32_MAX, INT32_MIN } from '../../fixed/fixed.js';
import type { Op, Program, Tensor, TensorId, TensorType } from '../../ir/program.js';
import { opDef } from '../../ops/index.js';
import { anyTypes } from '../../ops/verify.js';
import { mapPhases } from './rewrite.js';

type Rounded = Op<'lut'> | Op<'narrow'>;

/**
 * A row scale by shifts, and a rounding shift s of its result, are one shift to the right without rounding:
 *
 *   roundShift(roundShift((a + b) 2^left, n), s) = floor((a + b') / 2^(n + s - left)),
 *   b' = b + floor((2^(n-1) + 2^(n+s-1)) / 2^left),   a term of roundShift being 0 where its shift is,
 *
 * for n + s >= left, since floors of floors are floors and a + b is an integer. With s = 0 and n <= left in every row
 * nothing is rounded: the scale is a shift to the left.
 */
export function foldRoundings(program: Program): Program {
  const tensors: Tensor[] = [...program.tensors];
  const widest = anyTypes(program);
  const folded = mapPhases(program, (ops) => {
    const readers = new Map<TensorId, Op[]>();
    for (const op of ops) for (const id of op.inputs) readers.set(id, [...(readers.get(id) ?? []), op]);
    const onlyReader = (id: TensorId): Op | undefined =>
      program.tensors[id]!.role === 'local' && readers.get(id)!.length === 1 ? readers.get(id)![0] : undefined;
    const replaced = new Map<Op, readonly Op[]>();
    for (const op of ops) {
      if (op.kind !== 'requantize' || op.attributes.scale.kind !== 'shift') continue;
      const { min, max } = op.attributes;
      if (min !== INT32_MIN || max !== INT32_MAX) continue;
      const writer = ops.find(({ output }) => output === op.inputs[0]!);
      const sum = writer?.kind === 'accumulate' && onlyReader(writer.output) === op ? writer : null;
      const reader = onlyReader(op.output);
      const rounded = reader !== undefined && roundsAgain(reader) ? reader : null;
      const type = widest.get(sum ?? op)![0]!;
      const result =
        (rounded !== null ? fold(op, sum, rounded, tensors, type) : null) ?? fold(op, sum, null, tensors, type);
      for (const [from, to] of result ?? []) replaced.set(from, to);
    }
    return ops.flatMap((op) => replaced.get(op) ?? [op]);
  });
  return { ...folded, tensors };
}

const roundsAgain = (op: Op): op is Rounded =>
  (op.kind === 'narrow' || (op.kind === 'lut' && op.attributes.left === 0)) && op.attributes.shift > 0;

/**
 * What takes the place of the ops; null where it cannot be. Notes the types of what changes. `widest`: of what is shifted,
 * for every bit pattern of input and state.
 */
function fold(
  op: Op<'requantize'>,
  sum: Op<'accumulate'> | null,
  rounded: Rounded | null,
  tensors: Tensor[],
  widest: TensorType,
): ReadonlyMap<Op, readonly Op[]> | null {
  const { scale, fraction } = op.attributes;
  if (scale.kind !== 'shift') return null;
  const s = rounded?.attributes.shift ?? 0;
  const half = (bits: number, shift: number): number => (shift === 0 ? 0 : 2 ** (bits + shift - 1));
  const n = Int8Array.from(scale.n, (shift) => shift + s - scale.left);
  const exact = rounded === null && n.every((shift) => shift <= 0);
  if (!exact && n.some((shift) => shift < 0 || shift > 30)) return null;
  const bias = Float64Array.from(scale.n, (shift, j) => {
    const added = exact ? 0 : Math.floor((half(0, shift) + half(shift, s)) / 2 ** scale.left);
    return (sum?.attributes.bias[j] ?? 0) + added;
  });
  if (bias.some((b) => b < INT32_MIN || b > INT32_MAX)) return null;
  const { origin } = op;
  const from = (sum ?? op).inputs[0]!;
  const made: Op[] = [];
  if (bias.some((b) => b !== 0)) {
    const output = sum?.output ?? (tensors.length as TensorId);
    made.push({ kind: 'accumulate', inputs: [from], output, attributes: { bias: Int32Array.from(bias) }, origin });
  }
  const inputs = [made[0]?.output ?? from];
  made.push({ kind: 'shift', inputs, output: op.output, attributes: { n, fraction: fraction - s }, origin });
  if (rounded !== null) made.push({ ...rounded, attributes: { ...rounded.attributes, shift: 0 } } as Op);
  let type = tensors[from]!.type;
  const types: TensorType[] = [];
  try {
    for (const next of made) {
      widest = opDef(next).infer(next, [widest]);
      type = opDef(next).infer(next, [type]);
      types.push(type);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return null; // the larger constant does not fit
  }
  made.forEach(({ output }, i) => {
    const known = tensors[output];
    const name = known?.name ?? `${tensors[op.output]!.name}_sum`;
    if (known === undefined || known.role === 'local') tensors[output] = { name, type: types[i]!, role: 'local' };
  });
  const places = new Map<Op, readonly Op[]>([[op, made.slice(0, rounded === null ? undefined : -1)]]);
  if (sum !== null) places.set(sum, []);
  if (rounded !== null) places.set(rounded, made.slice(-1));
  return places;
}
