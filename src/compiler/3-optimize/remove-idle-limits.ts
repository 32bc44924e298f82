import { INT32_MAX, INT32_MIN } from '../../fixed/fixed.js';
import type { Op, Program, TensorType } from '../../ir/program.js';
import { opDef } from '../../ops/index.js';
import { anyTypes } from '../../ops/verify.js';
import { mapPhases } from './rewrite.js';

/** Limits that no input and no state, whatever their bytes, can make a requantize or a narrow reach become those of int32. */
export function removeIdleLimits(program: Program): Program {
  const types = anyTypes(program);
  return mapPhases(program, (ops) => ops.map((op) => widened(op, types)));
}

function widened(op: Op, types: ReadonlyMap<Op, readonly TensorType[]>): Op {
  if (op.kind !== 'requantize' && op.kind !== 'narrow') return op;
  const { min, max } = op.attributes;
  const unlimited = { ...op, attributes: { ...op.attributes, min: INT32_MIN, max: INT32_MAX } } as Op;
  let range: { readonly min: number; readonly max: number };
  try {
    range = opDef(unlimited).infer(unlimited, types.get(op)!);
  } catch {
    return op; // its limits keep it inside its type
  }
  const attributes = {
    ...op.attributes,
    min: range.min >= min ? INT32_MIN : min,
    max: range.max <= max ? INT32_MAX : max,
  };
  return { ...op, attributes } as Op;
}
