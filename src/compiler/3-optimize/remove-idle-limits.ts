import { INT32_MAX, INT32_MIN } from '../../fixed/fixed.js';
import { DTYPE_RANGE, type Op, type Program, type TensorType } from '../../ir/program.js';
import { opDef } from '../../ops/index.js';
import { anyTypes, reachableTypes, verifyProgram } from '../../ops/verify.js';
import { mapPhases } from './rewrite.js';

/**
 * Limits that no input and no state, whatever their bytes, can make a requantize or a narrow reach become those of int32.
 * Before that, a limit of a narrow that acts only on states the network cannot reach becomes that of the type: it may then
 * be idle, and what reads the result must bear a little more. Where a sum cannot (a row that fits int32 with codes down to
 * -127 and not with -128), all limits of narrows stay as they are.
 */
export function removeIdleLimits(program: Program): Program {
  const wider = limitedByTypes(program);
  const foreign = anyTypes(wider);
  const reached = reachableTypes(wider);
  return mapPhases(wider, (ops) => ops.map((op) => withoutIdle(op, foreign.get(op)!, reached.get(op)!)));
}

function limitedByTypes(program: Program): Program {
  const reachable = reachableTypes(program);
  const wider = mapPhases(program, (ops) => ops.map((op) => limitedByType(op, reachable.get(op)!)));
  return verifyProgram(wider).length > 0 ? program : wider;
}

type Limited = Op<'requantize'> | Op<'narrow'>;
const isLimited = (op: Op): op is Limited => op.kind === 'requantize' || op.kind === 'narrow';

/** What comes out without limits. */
function rangeOf(op: Limited, inputs: readonly TensorType[]): TensorType {
  const unlimited = { ...op, attributes: { ...op.attributes, min: INT32_MIN, max: INT32_MAX, to: 's32' } } as Op;
  return opDef(unlimited).infer(unlimited, inputs);
}

const withLimits = (op: Limited, min: number, max: number): Op =>
  ({ ...op, attributes: { ...op.attributes, min, max } }) as Op;

function limitedByType(op: Op, reachable: readonly TensorType[]): Op {
  if (op.kind !== 'narrow') return op;
  const { min, max, to } = op.attributes;
  const range = rangeOf(op, reachable);
  const [lowest, highest] = DTYPE_RANGE[to];
  return withLimits(op, range.min >= min ? lowest : min, range.max <= max ? highest : max);
}

function withoutIdle(op: Op, foreign: readonly TensorType[], reached: readonly TensorType[]): Op {
  if (!isLimited(op)) return op;
  const { min, max } = op.attributes;
  // a state that was written may reach less than it declares
  const ranges = [rangeOf(op, foreign), rangeOf(op, reached)];
  return withLimits(
    op,
    ranges.every((range) => range.min >= min) ? INT32_MIN : min,
    ranges.every((range) => range.max <= max) ? INT32_MAX : max,
  );
}
