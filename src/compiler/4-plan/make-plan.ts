import { bug } from '../../diagnostics.js';
import type { TableName } from '../../fixed/tables.js';
import type { Argument, Call, Constant, Plan } from '../../ir/plan.js';
import { allOps, DTYPE_BYTES, type Op, type OpKind, PHASES, type PhaseName, type Program } from '../../ir/program.js';
import type { Kernel, KernelArgument, KernelContext } from '../../targets/kernel.js';
import { KERNELS } from '../../targets/kernels.js';
import { checkPlan } from './check-plan.js';
import { planScratch } from './plan-scratch.js';

/** Program -> Plan: a kernel for every op, packed constants, a place in scratch for every local tensor. */
export function makePlan(program: Program, core: string): Plan {
  const constants = new ConstantPool();
  const lowerPhase = (phase: PhaseName): Call[] => program.phases[phase].map((op) => makeCall(program, op, constants));
  const [advance, output, argmax] = PHASES.map(lowerPhase) as [Call[], Call[], Call[]];
  const calls = { advance, output, argmax };
  const { slots, placements, scratchBytes } = planScratch(program, [...advance, ...output]);
  const plan: Plan = {
    program,
    core,
    calls,
    constants: constants.list(),
    tables: usedTables(program),
    slots,
    placements,
    stateBytes: stateBytes(program),
    scratchBytes,
    kernels: [...new Set(Object.values(calls).flatMap((list) => list.map((call) => call.symbol)))].sort(),
  };
  const problems = checkPlan(plan);
  if (problems.length > 0) bug(`the memory plan is wrong: ${problems.slice(0, 5).join('; ')}`);
  return plan;
}

function makeCall<K extends OpKind>(program: Program, op: Op<K>, constants: ConstantPool): Call {
  const typeOf = (id: Op['output']) => program.tensors[id]!.type;
  const context: KernelContext<K> = { op, inputs: op.inputs.map(typeOf), output: typeOf(op.output) };
  const kernel = (KERNELS[op.kind as K] as readonly Kernel<K>[]).find((row) => row.accepts(context));
  if (kernel === undefined) bug(`no kernel for ${op.kind} at ${op.origin}`);
  const toArgument = (argument: KernelArgument): Argument => {
    if (argument.kind === 'output') return { kind: 'tensor', id: op.output, elements: argument.elements };
    if (argument.kind === 'input')
      return { kind: 'tensor', id: op.inputs[argument.index]!, elements: argument.elements };
    if (argument.kind !== 'constant') return argument;
    const { elements, kind, ...constant } = argument;
    return { kind, name: constants.add({ ...constant, origin: op.origin }), elements };
  };
  const list = kernel.arguments(context, program.tensors[op.output]!.name).map(toArgument);
  return { symbol: kernel.symbol, arguments: list, op: op as Op, inPlace: kernel.inPlace };
}

/** Constants of equal type and contents are emitted once. */
class ConstantPool {
  readonly #byContents = new Map<string, Constant>();
  readonly #list: Constant[] = [];

  add(constant: Constant): string {
    const { values, ctype } = constant;
    // large arrays are never equal in practice, and their text would be large
    const key = values.length <= 4096 ? `${ctype}:${constant.role}:${values.join()}` : constant.name;
    const known = this.#byContents.get(key);
    if (known !== undefined) return known.name;
    this.#byContents.set(key, constant);
    this.#list.push(constant);
    return constant.name;
  }

  list(): readonly Constant[] {
    return this.#list;
  }
}

const usedTables = (program: Program): TableName[] => [
  ...new Set(allOps(program).flatMap((op) => (op.kind === 'lut' ? [op.attributes.table] : []))),
];

/** sizeof the state structure under AAPCS and on x86: members in order, each aligned to its element. */
function stateBytes(program: Program): number {
  let bytes = 0;
  let widest = 1;
  for (const id of program.states) {
    const { dtype, length } = program.tensors[id]!.type;
    const size = DTYPE_BYTES[dtype];
    bytes = Math.ceil(bytes / size) * size + size * length;
    widest = Math.max(widest, size);
  }
  return Math.ceil(bytes / widest) * widest;
}
