import { bug } from '../../diagnostics.js';
import {
  type Argument,
  type Call,
  type Choice,
  type Constant,
  CTYPE,
  type Estimate,
  type KernelChoice,
  type Loop,
  type Placement,
  type Plan,
  type PlanStep,
} from '../../ir/plan.js';
import { allOps, type Op, PHASES, type PhaseName, type Program, type TensorId } from '../../ir/program.js';
import { CORES, type CoreName } from '../../targets/cores.js';
import type { KernelArgument, Packed } from '../../targets/kernel.js';
import { checkPlan } from './check-plan.js';
import {
  type Candidate,
  copiedBytes,
  estimateOf,
  type Memory,
  type Price,
  packedParts,
  priceOf,
  taskFor,
} from './choose-kernels.js';
import { CODE_BESIDE, loopBytes, loopCycles, loopLoads, singleBytes, singleCycles } from './estimate-loop.js';
import { addTraffic, NO_TRAFFIC } from './estimate-stalls.js';
import { type FusedProduct, fuseProducts, placementsOf, type RowOrder } from './fused-product.js';
import { loopOperands } from './loop-operands.js';
import { type ArrayRequest, planScratch } from './plan-scratch.js';
import { stateBytes, usedTables } from './program-memory.js';
import { isSingle, loopName, type OpGroup, type SingleOp, schedule } from './schedule.js';
import { singleCall } from './single-call.js';

/** Loops of so few ops and so many elements do four at a time: counting took as long as the ops. */
const SHORT = 2;
const LONG = 8;

/** The groups of a phase, and the products among them. */
export interface Draft {
  readonly phase: PhaseName;
  readonly groups: readonly OpGroup[];
  readonly products: ReadonlyMap<OpGroup, FusedProduct>;
}

const orderOf = (core: CoreName): RowOrder => (CORES[core].isa === 'mve' ? 'planar' : 'interleaved');

export const makeDrafts = (program: Program, core: CoreName): Draft[] =>
  PHASES.map((phase) => {
    const groups = schedule(program, program.phases[phase]);
    return { phase, groups, products: fuseProducts(program, groups, orderOf(core)) };
  });

/** A constant whose values are made when they are needed. */
interface DeferredConstant extends Omit<Constant, 'ctype' | 'values'> {
  readonly bytes: number;
  readonly make: () => Packed;
}

/** Collects what the steps need while it makes them; time counts the steps. */
export class Planner {
  readonly #constants: DeferredConstant[] = [];
  readonly #steps: { readonly [P in PhaseName]: PlanStep[] } = { advance: [], output: [], argmax: [] };
  readonly placements: Placement[] = [];
  readonly #arrays = new Map<string, { -readonly [K in keyof ArrayRequest]: ArrayRequest[K] }>();
  readonly #arrayOfProduct = new Map<FusedProduct, string>();
  readonly #arrayOfTensor = new Map<TensorId, string>();
  /** Names of C objects and functions, and of members of the scratch structure. */
  readonly #names = { global: new Set<string>(), member: new Set<string>() };
  readonly #order: RowOrder;
  readonly vectors: boolean;
  #time = 0;

  constructor(
    readonly program: Program,
    readonly core: CoreName,
    drafts: readonly Draft[],
    readonly assignment: ReadonlyMap<FusedProduct, Candidate>,
    readonly chosenFor: Pick<Plan, 'objective' | 'limits' | 'place'> & Memory,
  ) {
    this.vectors = CORES[core].isa === 'mve';
    this.#order = orderOf(core);
    for (const draft of drafts) this.#phase(draft);
  }

  #phase({ phase, groups, products }: Draft): void {
    const done = new Set<Op>([...products.values()].flatMap((product) => product.additions));
    groups.forEach((group, at) => {
      if (group.kind === 'product') this.#steps[phase].push(this.#call(products.get(group)!));
      else if (group.kind === 'single') this.#steps[phase].push(this.#single(group.ops[0]));
      else {
        const ops = group.ops.filter((op) => !done.has(op));
        if (ops.length === 0) return;
        this.#steps[phase].push(this.#loop(ops, groups.slice(at + 1)));
      }
      this.#time++;
    });
  }

  estimate(): Estimate {
    return estimateOf(this.price(), this.chosenFor);
  }

  /** What the plan costs, without its constants being packed. */
  price(): Price {
    const { scratchBytes } = planScratch([...this.#arrays.values()]);
    const loops = Object.values(this.#steps).flatMap((list) => list.filter((step) => step.kind === 'loop'));
    const singles = allOps(this.program).filter(isSingle);
    const kinds = [...new Set(singles.map(({ kind }) => kind))];
    const { place } = this.chosenFor;
    const products = priceOf([...this.assignment.values()], 'flash');
    const ofRole = (weights: boolean): number =>
      this.#constants.reduce((sum, { bytes, role }) => sum + (weights === (role === 'weights') ? bytes : 0), 0);
    const tables = usedTables(this.program).reduce((sum, { values }) => sum + values.byteLength, 0);
    const constants = ofRole(false) + tables;
    const beside =
      loops.reduce((sum, loop) => sum + loopBytes(loop), CODE_BESIDE) +
      kinds.reduce((sum, kind) => sum + singleBytes(kind), 0);
    const code = products.flash - ofRole(true) + beside;
    const loads = loops.map(loopLoads);
    const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
    return {
      cycles:
        products.cycles +
        sumOf(singles.map((op) => singleCycles(op, this.program, this.core))) +
        sumOf(loops.map((loop) => loopCycles(loop, this.core))),
      flash: products.flash + constants + beside,
      ram: stateBytes(this.program) + scratchBytes + copiedBytes({ code, constants: constants + ofRole(true) }, place),
      traffic: addTraffic(products.traffic, {
        ...NO_TRAFFIC,
        ...{ code: beside, vectors: constants - tables, tables },
        vectorLoads: sumOf(loads.map((load) => load.constants)),
        tableLoads: sumOf(loads.map((load) => load.tables)),
      }),
    };
  }

  finish(estimate: Estimate, candidates: readonly (readonly Candidate[])[]): Plan {
    const { program, core, vectors, placements } = this;
    const { objective, limits, place } = this.chosenFor;
    const steps = this.#steps;
    const { slots, arrays, scratchBytes } = planScratch([...this.#arrays.values()]);
    const symbols = Object.values(steps).flatMap((list) =>
      list.flatMap((s) => (s.kind === 'call' && s.generated === null ? [s.symbol] : [])),
    );
    const choices = [...this.assignment].map(([{ weights }, chosen], i): Choice => {
      const { name, rows, cols } = weights;
      return { name, rows, cols, chosen: describe(chosen), candidates: candidates[i]!.map(describe) };
    });
    const plan: Plan = {
      ...{
        program,
        core,
        ...{ objective, limits, place },
        vectors,
        steps,
        placements,
        slots,
        arrays,
        scratchBytes,
        estimate,
        choices,
      },
      constants: this.#constants.map(({ name, role, origin, make }) => ({ name, role, origin, ...make() })),
      tables: usedTables(program),
      stateBytes: stateBytes(program),
      kernels: [...new Set(symbols)].sort(),
    };
    const problems = checkPlan(plan);
    if (problems.length > 0) bug(`the memory plan is wrong: ${problems.slice(0, 5).join('; ')}`);
    return plan;
  }

  #call(product: FusedProduct): Call {
    const [first] = product.ops;
    const { kernel, block } = this.assignment.get(product)!;
    const task = taskFor(product, kernel, block);
    const { rows } = task.weights;
    const name = this.#unique('global', product.weights.name);
    const output =
      product.onto === null ? this.#unique('member', `${name}_acc`) : this.#arrayOfProduct.get(product.onto)!;
    if (product.onto === null) this.#request(output, 'int32_t', rows);
    // both products have the same rows, but their kernels may pad them differently
    else this.#arrays.get(output)!.length = Math.max(this.#arrays.get(output)!.length, rows);
    this.#arrayOfProduct.set(product, output);
    this.#extend(output);
    const kept = placementsOf(product, output, this.#order);
    this.placements.push(...kept);
    for (const placement of kept) this.#arrayOfTensor.set(placement.tensor, output);
    let scratch: string | null = null;
    const toArgument = (argument: KernelArgument): Argument => {
      const { kind } = argument;
      if (kind === 'integer') return argument;
      const { elements } = argument;
      if (kind === 'output') return { kind: 'array', name: output, elements };
      if (kind === 'input') return this.#read(first!.inputs[0]!, elements);
      if (kind === 'weights') {
        const { length: parts } = product.parts;
        const make = (): Packed => packedParts(product, kernel, block);
        this.#constants.push({ name, make, bytes: parts * argument.bytes, role: 'weights', origin: first!.origin });
        const at = first!.kind === 'matvecAt' && { at: { count: first!.inputs[1]!, parts } };
        return { kind: 'constant', name, elements, ...at };
      }
      scratch = this.#unique('member', `${name}_work`);
      this.#request(scratch, argument.ctype, elements);
      return { kind: 'array', name: scratch, elements };
    };
    const list = kernel.arguments(task).map(toArgument);
    return {
      kind: 'call',
      symbol: kernel.generate ? this.#unique('global', `${name}_product`) : kernel.symbol,
      arguments: list,
      ops: [...product.ops, ...product.additions],
      output,
      addToOutput: product.onto !== null,
      scratch,
      generated: kernel.generate?.(task.weights) ?? null,
    };
  }

  /** The call of an op that is neither a product nor element by element. */
  #single(op: SingleOp): Call {
    const { symbol, inputs, integers, writes } = singleCall(op, this.program);
    const read = inputs.map((id) => this.#read(id, this.program.tensors[id]!.type.length));
    const { role, type } = this.program.tensors[op.output]!;
    const output = writes && role === 'local' ? this.#keep(op.output) : null;
    const target: Argument =
      output === null
        ? { kind: 'tensor', id: op.output, elements: type.length }
        : { kind: 'array', name: output, elements: type.length };
    return {
      ...{ kind: 'call', symbol, ops: [op], output, addToOutput: false, scratch: null, generated: null },
      arguments: [
        ...(writes ? [target] : []),
        ...read,
        ...integers.map((value): Argument => ({ kind: 'integer', value })),
      ],
    };
  }

  /** An array of its own for a local tensor. */
  #keep(id: TensorId): string {
    const { name, type } = this.program.tensors[id]!;
    const array = this.#unique('member', name);
    this.#request(array, CTYPE[type.dtype], type.length);
    this.#arrayOfTensor.set(id, array);
    this.placements.push({ tensor: id, array, offset: 0, stride: 1, planes: 1, planeStride: 0 });
    return array;
  }

  /** `later`: the groups that can still read what this loop makes. */
  #loop(ops: readonly Op[], later: readonly OpGroup[]): Loop {
    const tensors = this.program.tensors;
    const { length } = tensors[ops[0]!.output]!.type;
    const readLater = new Set(later.flatMap((group) => group.ops.flatMap((op) => [...op.inputs])));
    const stored = ops.map((op) => op.output).filter((id) => tensors[id]!.role !== 'local' || readLater.has(id));
    for (const op of ops) for (const id of op.inputs) this.#read(id, length);
    for (const id of stored) if (tensors[id]!.role === 'local') this.#keep(id);
    const name = this.#unique('global', loopName(ops.map((op) => tensors[op.output]!.name)));
    const { operands, constants } = loopOperands(this.program, ops, name, this.#order);
    for (const { values, ctype, ...rest } of constants)
      this.#constants.push({ ...rest, bytes: values.byteLength, make: () => ({ values, ctype }) });
    const unrolled = this.chosenFor.objective !== 'size' && ops.length <= SHORT && length >= LONG;
    return { kind: 'loop', name, length, ops, operands, stored, unrolled };
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

const describe = ({ kernel, block, cycles, weightBytes, workBytes, codeBytes }: Candidate): KernelChoice => ({
  symbol: kernel.symbol,
  ...{ block, cycles, weightBytes, workBytes, codeBytes },
});
