import { type Call, CTYPE_BYTES, type Loop, type Placement, type Plan, type ScratchArray } from '../../ir/plan.js';
import { DTYPE_BYTES, type Op, PHASES, type TensorId } from '../../ir/program.js';
import { opDef } from '../../ops/index.js';
import { checkGenerated, checkNames } from './check-generated.js';
import { integersOf, isStateOp, isVectorOp, type StateOp, type VectorOp } from './check-integers.js';
import { checkLayout, checkOrder } from './check-layout.js';

/** Contents of a byte of scratch that belong to no tensor. */
const NOTHING = -1;

/**
 * Replays a plan byte by byte, knowing nothing of how it was made: every op is done once and in an order that keeps the
 * program's meaning, every array a kernel touches is inside its tensor, array or constant, scratch is laid out as the C
 * structure of unions will be, no byte is read after something else has overwritten it, and no step writes what it still
 * reads. Returns what is wrong.
 */
export function checkPlan(plan: Plan): string[] {
  return [...checkLayout(plan), ...checkOrder(plan), ...checkNames(plan), ...new Replay(plan).run()];
}

/** Bytes of scratch that a step reads or writes. */
interface Extent {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

class Replay {
  readonly #problems: string[] = [];
  readonly #arrays: ReadonlyMap<string, ScratchArray>;
  readonly #placements: ReadonlyMap<TensorId, Placement>;
  #owner: Int32Array;

  constructor(readonly plan: Plan) {
    this.#arrays = new Map(plan.arrays.map((a) => [a.name, a]));
    this.#placements = new Map(plan.placements.map((v) => [v.tensor, v]));
    if (this.#placements.size !== plan.placements.length) this.#problems.push('a tensor has two places');
    this.#owner = new Int32Array(plan.scratchBytes).fill(NOTHING);
  }

  run(): readonly string[] {
    for (const placement of this.plan.placements) this.#checkPlacement(placement);
    if (this.#problems.length > 0) return this.#problems;
    for (const phase of PHASES) {
      this.#owner = new Int32Array(this.plan.scratchBytes).fill(NOTHING);
      for (const step of this.plan.steps[phase]) {
        if (step.kind === 'call') this.#call(step);
        else this.#loop(step);
      }
    }
    return this.#problems;
  }

  #checkPlacement({ tensor, array, offset, stride, planes, planeStride }: Placement): void {
    const { type, name } = this.plan.program.tensors[tensor]!;
    const place = this.#arrays.get(array);
    const last = offset + stride * (type.length - 1) + planeStride * (planes - 1);
    if (place === undefined || offset < 0 || stride < 1 || planes < 1 || last >= place.length)
      this.#problems.push(`${name} leaves its array ${array}`);
    else if (CTYPE_BYTES[place.ctype] !== DTYPE_BYTES[type.dtype])
      this.#problems.push(`${name} is not of the type of its array`);
  }

  #nameOf(id: TensorId): string {
    return this.plan.program.tensors[id]!.name;
  }

  #isLocal(id: TensorId): boolean {
    return this.plan.program.tensors[id]!.role === 'local';
  }

  #extent(name: string): Extent {
    const array = this.#arrays.get(name);
    return { name, from: array?.offset ?? 0, to: array === undefined ? 0 : array.offset + array.bytes };
  }

  /** Calls `visit` with the first byte and the size of every element of a tensor. */
  #elements(placement: Placement, visit: (from: number, to: number) => void): void {
    const array = this.#arrays.get(placement.array)!;
    const size = CTYPE_BYTES[array.ctype];
    const { length } = this.plan.program.tensors[placement.tensor]!.type;
    for (let j = 0; j < length; j++)
      for (let p = 0; p < placement.planes; p++) {
        const from = array.offset + size * (placement.offset + placement.stride * j + placement.planeStride * p);
        visit(from, from + size);
      }
  }

  /** A local tensor is where its placement says. */
  #mustHold(id: TensorId, reader: string): void {
    if (!this.#isLocal(id)) return;
    const placement = this.#placements.get(id);
    if (placement === undefined) {
      this.#problems.push(`${this.#nameOf(id)} has no place`);
      return;
    }
    let whole = true;
    this.#elements(placement, (from, to) => {
      if (this.#owner.subarray(from, to).some((owner) => owner !== id)) whole = false;
    });
    if (!whole) this.#problems.push(`${this.#nameOf(id)} is overwritten before ${reader} reads it`);
  }

  #write(placement: Placement): void {
    this.#elements(placement, (from, to) => {
      if (this.#owner[from] !== NOTHING)
        this.#problems.push(`${this.#nameOf(placement.tensor)} lies on another result`);
      this.#owner.fill(placement.tensor, from, to);
    });
  }

  #disjoint(step: string, written: readonly Extent[], read: readonly Extent[]): void {
    written.forEach((target, index) => {
      for (const other of [...read, ...written.slice(0, index)])
        if (target.from < other.to && other.from < target.to)
          this.#problems.push(`${step} would overwrite ${other.name} with ${target.name}`);
    });
  }

  #call(call: Call): void {
    const { symbol, ops, output, addToOutput, scratch } = call;
    this.#checkExtents(call);
    const [first] = call.ops;
    if (isVectorOp(first!)) return void this.#vector(call, first);
    if (isStateOp(first!)) return void this.#inPlace(call, first);
    const additions = addToOutput ? ops.slice(ops.length / 2) : [];
    const products = addToOutput ? ops.slice(0, ops.length / 2) : ops;
    const [input] = products[0]!.inputs;
    const inputView = this.#placements.get(input!);
    if (products.some((op) => op.inputs[0] !== input)) this.#problems.push(`${symbol} reads more than one vector`);
    this.#mustHold(input!, symbol);
    if (inputView !== undefined && (inputView.offset !== 0 || inputView.stride !== 1 || inputView.planes !== 1))
      this.#problems.push(`${symbol} cannot read ${this.#nameOf(input!)}, whose elements are not one after the other`);
    const given = call.arguments
      .filter((a) => a.kind === 'array' || a.kind === 'tensor')
      .map((a) => (a.kind === 'array' ? a.name : a.id));
    const expected = [
      ...(output === null ? [] : [output]),
      inputView === undefined ? input! : inputView.array,
      ...(scratch === null ? [] : [scratch]),
    ];
    this.#checkPart(call, products[0]!);
    if (given.join() !== expected.join()) this.#problems.push(`${symbol} does not get the arrays of its ops`);
    if (output === null) return;
    const read = inputView === undefined ? [] : [this.#extent(inputView.array)];
    const target = this.#extent(output);
    this.#disjoint(symbol, [target, ...(scratch === null ? [] : [this.#extent(scratch)])], read);
    additions.forEach((sum, k) => {
      const before = sum.inputs.find((id) => id !== products[k]!.output);
      if (sum.kind !== 'add' || !sum.inputs.includes(products[k]!.output) || before === undefined)
        this.#problems.push(`${symbol} adds what is not to be added`);
      else {
        this.#mustHold(before, symbol);
        const { tensor: _before, ...place } = this.#placements.get(before) ?? { tensor: 0 };
        const { tensor: _after, ...after } = this.#placements.get(sum.output) ?? { tensor: 0 };
        if (JSON.stringify(place) !== JSON.stringify(after))
          this.#problems.push(`${this.#nameOf(sum.output)} is not where ${symbol} adds`);
      }
    });
    this.#problems.push(...checkGenerated(call, products.length, this.#placements));
    if (scratch !== null) this.#owner.fill(NOTHING, this.#extent(scratch).from, this.#extent(scratch).to);
    this.#owner.fill(NOTHING, target.from, target.to);
    for (const op of addToOutput ? additions : products) {
      const placement = this.#placements.get(op.output);
      if (placement === undefined) this.#problems.push(`${this.#nameOf(op.output)} has no place`);
      else if (placement.array !== output) this.#problems.push(`${symbol} does not write ${placement.array}`);
      else this.#write(placement);
    }
  }

  /** A matrix of several is the one that the op's count chooses. */
  #checkPart({ symbol, arguments: list }: Call, op: Op): void {
    const chosen = list.flatMap((a) => (a.kind === 'constant' && a.at !== undefined ? [a.at] : []));
    const expected = op.kind === 'matvecAt' ? [{ count: op.inputs[1], parts: op.attributes.parts }] : [];
    if (JSON.stringify(chosen) !== JSON.stringify(expected))
      this.#problems.push(`${symbol} does not choose the matrix of its count`);
  }

  /** A vector of whole vectors: two, one after the other, or what is over those of a window. */
  #vector({ symbol, ops, output, arguments: list }: Call, op: VectorOp): void {
    const inputs = op.inputs.map((id) => ({ id, placement: this.#placements.get(id) }));
    for (const { id, placement } of inputs) {
      this.#mustHold(id, symbol);
      if (placement !== undefined && (placement.offset !== 0 || placement.stride !== 1 || placement.planes !== 1))
        this.#problems.push(`${symbol} cannot read ${this.#nameOf(id)}, whose elements are not one after the other`);
    }
    const inState = op.kind === 'pool' && output === null && this.plan.program.tensors[op.output]!.role === 'state';
    const expected = [inState ? op.output : output, ...inputs.map(({ id, placement }) => placement?.array ?? id)];
    const found = list.map((a) => (a.kind === 'integer' ? a.value : a.kind === 'tensor' ? a.id : a.name));
    const lengths = inputs.map(({ id }) => this.plan.program.tensors[id]!.type.length);
    const integers = integersOf(op, lengths);
    if (found.join() !== [...expected, ...integers].join()) this.#problems.push(`${symbol} does not get its vectors`);
    if (inState) return;
    const placement = this.#placements.get(op.output);
    if (
      placement === undefined ||
      placement.array !== output ||
      placement.offset !== 0 ||
      placement.stride !== 1 ||
      ops.length !== 1
    ) {
      this.#problems.push(`${symbol} does not write ${this.#nameOf(op.output)}`);
      return;
    }
    const target = this.#extent(output!);
    const read = inputs.flatMap((input) =>
      input.placement === undefined ? [] : [this.#extent(input.placement.array)],
    );
    this.#disjoint(symbol, [target], read);
    this.#owner.fill(NOTHING, target.from, target.to);
    this.#write(placement);
  }

  /** A state is replaced by what comes of it and of other vectors. */
  #inPlace({ symbol, ops, output, scratch, arguments: list }: Call, op: StateOp): void {
    const { tensors } = this.plan.program;
    const places = op.inputs.map((id) => this.#placements.get(id));
    op.inputs.forEach((id, i) => {
      this.#mustHold(id, symbol);
      const place = places[i];
      if (place !== undefined && (place.offset !== 0 || place.stride !== 1 || place.planes !== 1))
        this.#problems.push(`${symbol} cannot read ${this.#nameOf(id)}, whose elements are not one after the other`);
    });
    const state = op.kind === 'score' ? 2 : 0;
    const order = { score: [2, 0, 1], delay: [0, 1], wait: [0], count: [0], hold: [0, 1, 2] }[op.kind];
    const integers = integersOf(
      op,
      op.inputs.map((id) => tensors[id]!.type.length),
    );
    const found = list.map((a) => (a.kind === 'integer' ? a.value : a.kind === 'tensor' ? a.id : a.name));
    if (found.join() !== [...order.map((i) => places[i]?.array ?? op.inputs[i]!), ...integers].join())
      this.#problems.push(`${symbol} does not get its vectors`);
    const inState = op.output === op.inputs[state] && tensors[op.output]!.role === 'state';
    if (!inState || output !== null || scratch !== null || ops.length !== 1)
      this.#problems.push(`${symbol} does not replace a state`);
  }

  #loop(loop: Loop): void {
    const { name, length, ops, stored } = loop;
    const made = new Set<TensorId>();
    const read = new Map<string, Extent>();
    for (const op of ops) {
      if (!opDef(op).elementwise) this.#problems.push(`${name} cannot do ${op.kind} element by element`);
      for (const id of op.inputs) {
        if (made.has(id)) continue;
        this.#mustHold(id, name);
        const placement = this.#placements.get(id);
        if (this.#isLocal(id) && placement !== undefined) read.set(placement.array, this.#extent(placement.array));
        if (this.plan.program.tensors[id]!.type.length !== length) this.#problems.push(`${name} reads another length`);
      }
      const { role, type } = this.plan.program.tensors[op.output]!;
      if (role !== 'local' && !stored.includes(op.output)) this.#problems.push(`${name} does not store the ${role}`);
      if (type.length !== length) this.#problems.push(`${name} writes another length`);
      made.add(op.output);
    }
    const targets = stored.flatMap((id) => (this.#isLocal(id) ? [this.#placements.get(id)] : []));
    if (targets.includes(undefined)) this.#problems.push(`${name} stores a tensor that has no place`);
    const placements = targets.filter((placement) => placement !== undefined);
    this.#disjoint(
      name,
      placements.map((placement) => this.#extent(placement.array)),
      [...read.values()],
    );
    for (const placement of placements) {
      const { from, to } = this.#extent(placement.array);
      this.#owner.fill(NOTHING, from, to);
      this.#write(placement);
      if (placement.planes !== 1)
        this.#problems.push(`${name} cannot store ${this.#nameOf(placement.tensor)} in planes`);
    }
    this.#checkOperands(loop);
  }

  #checkOperands({ name, length, operands, ops }: Loop): void {
    if (operands.length !== ops.length) this.#problems.push(`${name} has operands of ${operands.length} ops`);
    for (const operand of operands.flat()) {
      if (operand.kind === 'value') continue;
      const available = this.#constantLength(operand.name);
      if (operand.offset + operand.stride * (length - 1) >= available)
        this.#problems.push(`${name} touches more than the ${available} elements of ${operand.name}`);
    }
  }

  #constantLength(name: string): number {
    return this.plan.constants.find((c) => c.name === name)?.values.length ?? 0;
  }

  #checkExtents({ symbol, arguments: list }: Call): void {
    for (const argument of list) {
      if (argument.kind === 'integer') continue;
      let available: number;
      if (argument.kind === 'tensor') available = this.plan.program.tensors[argument.id]!.type.length;
      else if (argument.kind === 'array') available = this.#arrays.get(argument.name)?.length ?? 0;
      else available = this.#constantLength(argument.name);
      const parts = argument.kind === 'constant' ? (argument.at?.parts ?? 1) : 1;
      if (argument.elements * parts > available)
        this.#problems.push(`${symbol} touches ${argument.elements * parts} of ${available} elements`);
    }
  }
}
