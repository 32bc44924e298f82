import type { Loop } from '../../ir/plan.js';
import { DTYPE_BYTES, type Program, type TensorId } from '../../ir/program.js';
import { CORES, type CoreName } from '../../targets/cores.js';
import { CONCAT_COSTS, LOOP_COSTS } from '../../targets/costs.js';
import type { SingleOp } from './schedule.js';

/** Bytes of code for a statement of a loop and for a loop, and of what is neither kernel nor loop: means of gcc 12 -O2. */
const STATEMENT_BYTES = 9;
const LOOP_BYTES = 40;
export const CODE_BESIDE = 250;

/** Elements of a Helium vector. */
const LANES = 4;

/** What a turn of a loop does: memory accesses, constants among them, table lookups, interpolations, other operations. */
function countsOf({ ops, operands, stored }: Loop) {
  const made = new Set<TensorId>();
  const loaded = new Set<TensorId>();
  for (const op of ops) {
    for (const id of op.inputs) if (!made.has(id)) loaded.add(id);
    made.add(op.output);
  }
  const constants = operands.flat().filter((operand) => operand.kind === 'constant').length;
  const lookups = ops.filter((op) => op.kind === 'lut').length;
  const interpolations = ops.filter((op) => op.kind === 'interpolate').length;
  const operations = ops.length - lookups - interpolations;
  return { memory: loaded.size + constants + stored.length, constants, lookups, interpolations, operations };
}

/** Modelled cycles of a loop: an estimate, see LOOP_COSTS. */
export function loopCycles(loop: Loop, core: CoreName): number {
  const { memory, lookups, interpolations, operations } = countsOf(loop);
  const cost = LOOP_COSTS[CORES[core].cycles];
  const turns = CORES[core].isa === 'mve' ? Math.ceil(loop.length / LANES) : loop.length;
  const tables = cost.lookup * lookups + cost.interpolation * interpolations;
  return turns * (cost.memory * memory + tables + cost.op * operations + cost.turn);
}

/** Modelled cycles of a call that is neither product nor loop, called once a step: an estimate. */
export function singleCycles({ kind, inputs, output }: SingleOp, { tensors }: Program, core: CoreName): number {
  if (kind === 'argmax') return 0; // not part of a step
  const { memory, op, turn } = LOOP_COSTS[CORES[core].cycles];
  const lengthOf = (id: TensorId): number => tensors[id]!.type.length;
  if (kind === 'wait' || kind === 'count') return WAIT_CYCLES;
  if (kind === 'resume' || kind === 'hold') return CALL_CYCLES + lengthOf(output) * (2 * memory + 2 * op + turn);
  // a load and what it is joined with, for each element of the window
  if (kind === 'pool') return CALL_CYCLES + lengthOf(inputs[0]!) * (memory + 2 * op + turn);
  if (kind === 'delay') return CALL_CYCLES + lengthOf(output) * (2 * memory + turn);
  // two products, a difference, a rounded shift, a square and a sum
  if (kind === 'score')
    return 2 * CALL_CYCLES + Math.min(lengthOf(inputs[0]!), lengthOf(inputs[1]!)) * (2 * memory + 6 * op + turn);
  return CALL_CYCLES + lengthOf(output) * DTYPE_BYTES[tensors[output]!.type.dtype] * CONCAT_COSTS[CORES[core].cycles];
}

const CALL_CYCLES = 60;
const WAIT_CYCLES = 20;

/** Bytes of code of such a call, with what the compiler calls for it. */
export const singleBytes = (kind: SingleOp['kind']): number =>
  ({ argmax: 0, concat: 80, delay: 60, score: 200, wait: 30, pool: 80, resume: 60, count: 30, hold: 60 })[kind];

/** Loads of constants and of tables in all turns of a loop. */
export function loopLoads(loop: Loop): { readonly constants: number; readonly tables: number } {
  const { constants, lookups, interpolations } = countsOf(loop);
  return { constants: loop.length * constants, tables: loop.length * (lookups + interpolations) };
}

/** Bytes of code of a loop: an estimate. */
export function loopBytes(loop: Loop): number {
  const { memory, lookups, interpolations, operations } = countsOf(loop);
  return LOOP_BYTES + STATEMENT_BYTES * (memory + 2 * lookups + 5 * interpolations + operations);
}
