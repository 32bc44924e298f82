import { bug } from '../../diagnostics.js';
import type { TableName } from '../../fixed/tables.js';
import type { Argument, Call, Constant, Loop, Plan, Step, View } from '../../ir/plan.js';
import {
  allOps,
  DTYPE_BYTES,
  type DType,
  type Op,
  PHASES,
  type PhaseName,
  type Program,
  type TensorId,
} from '../../ir/program.js';
import { CORES, type CoreName } from '../../targets/cores.js';
import type { Kernel, KernelArgument } from '../../targets/kernel.js';
import { ARGMAX, KERNELS, RUNNABLE } from '../../targets/kernels.js';
import { checkPlan } from './check-plan.js';
import { loopOperands } from './loop-operands.js';
import { type ArrayRequest, planScratch } from './plan-scratch.js';
import { type Group, schedule } from './schedule.js';
import { makeStacks, type RowOrder, type Stack, stackViews } from './stack.js';

const CTYPE = { s8: 'int8_t', s16: 'int16_t', s32: 'int32_t' } as const satisfies { readonly [K in DType]: string };

/** Program -> Plan: stacks and loops, a kernel for every stack, packed constants, a place in scratch for what is kept. */
export function makePlan(program: Program, core: string): Plan {
  const planner = new Planner(program, core as CoreName);
  const [advance, output, argmax] = PHASES.map((phase) => planner.phase(phase)) as [Step[], Step[], Step[]];
  const steps = { advance, output, argmax };
  const { slots, arrays, scratchBytes } = planScratch(planner.requests());
  const symbols = Object.values(steps).flatMap((list) => list.flatMap((s) => (s.kind === 'call' ? [s.symbol] : [])));
  const plan: Plan = {
    program,
    core,
    vectors: planner.vectors,
    steps,
    constants: planner.constants,
    tables: usedTables(program),
    arrays,
    views: planner.views,
    slots,
    stateBytes: stateBytes(program),
    scratchBytes,
    kernels: [...new Set(symbols)].sort(),
  };
  const problems = checkPlan(plan);
  if (problems.length > 0) bug(`the memory plan is wrong: ${problems.slice(0, 5).join('; ')}`);
  return plan;
}

/** Collects what the steps need while it makes them; time counts the steps. */
class Planner {
  readonly constants: Constant[] = [];
  readonly views: View[] = [];
  readonly #arrays = new Map<string, { -readonly [K in keyof ArrayRequest]: ArrayRequest[K] }>();
  readonly #arrayOfStack = new Map<Stack, string>();
  readonly #arrayOfTensor = new Map<TensorId, string>();
  /** Names of C objects and functions, and of members of the scratch structure. */
  readonly #names = { global: new Set<string>(), member: new Set<string>() };
  readonly #order: RowOrder;
  readonly vectors: boolean;
  #time = 0;

  constructor(
    readonly program: Program,
    readonly core: CoreName,
  ) {
    this.vectors = CORES[core].isa === 'mve';
    this.#order = this.vectors ? 'planar' : 'interleaved';
  }

  requests(): ArrayRequest[] {
    return [...this.#arrays.values()];
  }

  phase(phase: PhaseName): Step[] {
    const groups = schedule(this.program, this.program.phases[phase]);
    const stacks = makeStacks(this.program, groups, this.#order);
    const done = new Set<Op>([...stacks.values()].flatMap((stack) => stack.additions));
    const steps: Step[] = [];
    groups.forEach((group, at) => {
      if (group.kind === 'stack') steps.push(this.#call(stacks.get(group)!));
      else if (group.kind === 'argmax') steps.push(this.#argmax(group.ops[0]));
      else {
        const ops = group.ops.filter((op) => !done.has(op));
        if (ops.length === 0) return;
        steps.push(this.#loop(ops, groups.slice(at + 1)));
      }
      this.#time++;
    });
    return steps;
  }

  #call(stack: Stack): Call {
    const [first] = stack.ops;
    const kernel = this.#kernelFor(stack);
    const rows = Math.ceil(stack.weights.rows / kernel.rowBlock) * kernel.rowBlock;
    const codes = new Int8Array(rows * stack.weights.cols);
    codes.set(stack.weights.codes);
    const name = this.#unique('global', stack.weights.name);
    const weights = { ...stack.weights, rows, codes };
    const output = stack.onto === null ? this.#unique('member', `${name}_acc`) : this.#arrayOfStack.get(stack.onto)!;
    if (stack.onto === null) this.#request(output, 'int32_t', rows);
    // both stacks have the same rows, but their kernels may pad them differently
    else this.#arrays.get(output)!.length = Math.max(this.#arrays.get(output)!.length, rows);
    this.#arrayOfStack.set(stack, output);
    this.#extend(output);
    const kept = stackViews(stack, output, this.#order);
    this.views.push(...kept);
    for (const view of kept) this.#arrayOfTensor.set(view.tensor, output);
    const task = {
      weights,
      accumulate: stack.onto !== null,
      fraction: first!.kind === 'gather' ? first!.attributes.fraction : 0,
    };
    let scratch: string | null = null;
    const toArgument = (argument: KernelArgument): Argument => {
      const { kind } = argument;
      if (kind === 'integer') return argument;
      const { elements } = argument;
      if (kind === 'output') return { kind: 'array', name: output, elements };
      if (kind === 'input') return this.#read(first!.inputs[0]!, elements);
      if (kind === 'weights') {
        this.constants.push({ name, ...argument.packed, role: 'weights', origin: first!.origin });
        return { kind: 'constant', name, elements };
      }
      scratch = this.#unique('member', `${name}_work`);
      this.#request(scratch, argument.ctype, elements);
      return { kind: 'array', name: scratch, elements };
    };
    const list = kernel.arguments(task).map(toArgument);
    return {
      kind: 'call',
      symbol: kernel.symbol,
      arguments: list,
      ops: [...stack.ops, ...stack.additions],
      output,
      accumulate: stack.onto !== null,
      scratch,
    };
  }

  #kernelFor({ ops, weights: { format } }: Stack): Kernel {
    const { kind } = ops[0]!;
    const runnable = RUNNABLE[CORES[this.core].isa];
    const kernel = KERNELS.find((k) => k.op === kind && k.formats.includes(format) && runnable.includes(k.isa));
    if (kernel === undefined) bug(`no kernel for ${kind} of ${format} at ${ops[0]!.origin}`);
    return kernel;
  }

  #argmax(op: Op): Call {
    const { length } = this.program.tensors[op.inputs[0]!]!.type;
    const list: Argument[] = [
      { kind: 'tensor', id: op.inputs[0]!, elements: length },
      { kind: 'integer', value: length },
    ];
    return { kind: 'call', symbol: ARGMAX, arguments: list, ops: [op], output: null, accumulate: false, scratch: null };
  }

  /** `later`: the groups that can still read what this loop makes. */
  #loop(ops: readonly Op[], later: readonly Group[]): Loop {
    const tensors = this.program.tensors;
    const { length } = tensors[ops[0]!.output]!.type;
    const readLater = new Set(later.flatMap((group) => group.ops.flatMap((op) => [...op.inputs])));
    const stored = ops.map((op) => op.output).filter((id) => tensors[id]!.role !== 'local' || readLater.has(id));
    for (const op of ops) for (const id of op.inputs) this.#read(id, length);
    for (const id of stored) {
      const { name, type, role } = tensors[id]!;
      if (role !== 'local') continue;
      const array = this.#unique('member', name);
      this.#request(array, CTYPE[type.dtype], length);
      this.#arrayOfTensor.set(id, array);
      this.views.push({ tensor: id, array, offset: 0, stride: 1, planes: 1, planeStride: 0 });
    }
    const name = this.#unique('global', loopName(ops.map((op) => tensors[op.output]!.name)));
    const { operands, constants } = loopOperands(this.program, ops, name, this.#order);
    this.constants.push(...constants);
    return { kind: 'loop', name, length, ops, operands, stored };
  }

  /** An argument that reads a tensor, whose array must live until now. */
  #read(id: TensorId, elements: number): Argument {
    const name = this.#arrayOfTensor.get(id);
    if (name === undefined) return { kind: 'tensor', id, elements };
    this.#extend(name);
    return { kind: 'array', name, elements };
  }

  #request(name: string, ctype: ArrayRequest['ctype'], length: number): void {
    this.#arrays.set(name, { name, ctype, length, from: this.#time, to: this.#time });
  }

  #extend(name: string): void {
    this.#arrays.get(name)!.to = this.#time;
  }

  #unique(scope: 'global' | 'member', name: string): string {
    const taken = this.#names[scope];
    let full = name;
    while (taken.has(full)) full += '_';
    taken.add(full);
    return full;
  }
}

/** What the results of a loop have in common, or the only result's name. */
function loopName(names: readonly string[]): string {
  const [first] = names;
  if (names.length === 1) return first!;
  let end = 0;
  while (names.every((name) => end < name.length && name[end] === first![end])) end++;
  return `${first!.slice(0, end).replace(/_[^_]*$/, '')}_update`;
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
