import { INT32_MAX, INT32_MIN } from '../../fixed/fixed.js';
import { DTYPE_RANGE, type Op, type Program, type TensorType } from '../../ir/program.js';
import { opDef } from '../../ops/index.js';
import { anyTypes, reachableTypes } from '../../ops/verify.js';
import { mapPhases } from './rewrite.js';

/**
 * Limits that no input and no state, whatever their bytes, can make a requantize or a narrow reach become those of int32.
 * A limit of a narrow that acts only on states the network cannot reach becomes that of the type, which then may be idle.
 */
export function removeIdleLimits(program: Program): Program {
  const any = anyTypes(program);
  const reachable = reachableTypes(program);
  return mapPhases(program, (ops) => ops.map((op) => widened(op, any.get(op)!, reachable.get(op)!)));
}

function widened(op: Op, any: readonly TensorType[], reachable: readonly TensorType[]): Op {
  if (op.kind !== 'requantize' && op.kind !== 'narrow') return op;
  const { min, max } = op.attributes;
  const unlimited = { ...op, attributes: { ...op.attributes, min: INT32_MIN, max: INT32_MAX, to: 's32' } } as Op;
  const { infer } = opDef(unlimited);
  const [widest, reached] = [infer(unlimited, any), infer(unlimited, reachable)];
  const [lowest, highest] = DTYPE_RANGE[op.kind === 'narrow' ? op.attributes.to : 's32'];
  const low = reached.min >= min ? lowest : min;
  const high = reached.max <= max ? highest : max;
  const attributes = {
    ...op.attributes,
    min: widest.min >= low ? INT32_MIN : low,
    max: widest.max <= high ? INT32_MAX : high,
  };
  return { ...op, attributes } as Op;
}
