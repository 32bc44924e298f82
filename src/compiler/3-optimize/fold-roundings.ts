import { INT32_MAX, INT32_MIN } from '../../fixed/fixed.js';
import type { Op, Program, Tensor, TensorId, TensorType } from '../../ir/program.js';
import { opDef } from '../../ops/index.js';
import { anyTypes } from '../../ops/verify.js';
import { mapPhases } from './rewrite.js';

/**
 * A row scale by shifts, and a rounding shift s of its result, are one shift to the right without rounding:
 *
 *   roundShift(roundShift((a + b) 2^left, n), s) + zero = floor((a + b') / 2^(n + s - left)),
 *   b' = b + floor((2^(n-1) + 2^(n+s-1) + zero 2^(n+s)) / 2^left),   a power being 0 where its shift is,
 *
 * for n + s >= left, since floors of floors are floors and a + b is an integer. `zero` makes an index of a table count from
 * its first entry. With s = 0 and n <= left in every row nothing is rounded: the scale is a shift to the left.
 *
 * Where a sum of two scaled products is rounded to an index, the rounding goes into a bias of one that is shifted to the left.
 */
export const foldRoundings = (program: Program): Program => foldSums(foldScales(program));

const foldScales = (program: Program): Program =>
  new Folding(program).run((folding, op) => {
    if (op.kind !== 'requantize' || op.attributes.scale.kind !== 'shift') return null;
    if (op.attributes.min !== INT32_MIN || op.attributes.max !== INT32_MAX) return null;
    const { scale, fraction } = op.attributes;
    const reader = folding.onlyReader(op.output);
    const replace = (s: number, zero: number, after: Op | null): Replacement | null => {
      const n = Int8Array.from(scale.n, (shift) => shift + s - scale.left);
      const exact = after === null && n.every((shift) => shift <= 0);
      if (!exact && n.some((shift) => shift < 0 || shift > 30)) return null;
      const power = (exponent: number, shift: number) => (exact || shift === 0 ? 0 : 2 ** exponent);
      const added = Array.from(scale.n, (shift) => {
        const rounding = power(shift - 1, shift) + power(shift + s - 1, s) + zero * 2 ** (shift + s);
        return Math.floor(rounding / 2 ** scale.left);
      });
      const shifted = folding.shiftOf(op, op.output, n, fraction - s);
      const replaced = folding.withBias(op, added, shifted);
      if (after !== null) replaced.set(reader!, [after]);
      return folding.checked(replaced);
    };
    const attempts: (() => Replacement | null)[] = [() => replace(0, 0, null)];
    if (reader?.kind === 'narrow' && reader.attributes.shift > 0)
      attempts.unshift(() => replace(reader.attributes.shift, 0, withAttributes(reader, { shift: 0 })));
    if (reader?.kind === 'lut' && reader.attributes.left === 0) {
      const { shift, zero } = reader.attributes;
      attempts.unshift(() => replace(shift, zero, withAttributes(reader, { shift: 0, zero: 0 })));
    }
    return first(attempts);
  });

/** roundShift(a 2^k + b, s) + zero = ((a + c) 2^k + b) >> s, c = (2^(s-1) + zero 2^s) / 2^k, for k < s. */
const foldSums = (program: Program): Program =>
  new Folding(program).run((folding, op) => {
    if (op.kind !== 'add') return null;
    const lut = folding.onlyReader(op.output);
    if (lut?.kind !== 'lut' || lut.attributes.left !== 0 || lut.attributes.shift === 0) return null;
    const { shift, zero } = lut.attributes;
    return first(
      op.inputs.map((id) => () => {
        const scaled = folding.writerOf(id);
        if (scaled?.kind !== 'shift' || folding.onlyReader(id) !== op) return null;
        const { n } = scaled.attributes;
        if (n.some((bits) => bits > 0 || -bits >= shift)) return null;
        const added = Array.from(n, (bits) => (2 ** (shift - 1) + zero * 2 ** shift) / 2 ** -bits);
        const replaced = folding.withBias(scaled, added, scaled);
        const { name, type } = folding.tensors[op.output]!;
        const index = folding.fresh(`${name}_index`, type);
        const bits = new Int8Array(type.length).fill(shift);
        const indexOp = { ...folding.shiftOf(op, index, bits, type.fraction - shift), inputs: [op.output] };
        const lookup = { ...withAttributes(lut, { shift: 0, zero: 0 }), inputs: [index] };
        return folding.checked(replaced.set(op, [op]).set(lut, [indexOp, lookup]));
      }),
    );
  });

type Replacement = ReadonlyMap<Op, readonly Op[]>;

const withAttributes = (op: Op, attributes: object): Op =>
  ({ ...op, attributes: { ...op.attributes, ...attributes } }) as Op;

function first(attempts: readonly (() => Replacement | null)[]): Replacement | null {
  for (const attempt of attempts) {
    const result = attempt();
    if (result !== null) return result;
  }
  return null;
}

/** A program in which ops are replaced by others that read and write what they did. */
class Folding {
  readonly tensors: Tensor[];
  readonly #widest: ReadonlyMap<Op, readonly TensorType[]>;
  #ops: readonly Op[] = [];
  #fresh: Tensor[] = [];

  constructor(readonly program: Program) {
    this.tensors = [...program.tensors];
    this.#widest = anyTypes(program);
  }

  run(visit: (folding: this, op: Op) => Replacement | null): Program {
    const folded = mapPhases(this.program, (ops) => {
      this.#ops = ops;
      const replaced = new Map<Op, readonly Op[]>();
      for (const op of ops) for (const [from, to] of visit(this, op) ?? []) replaced.set(from, to);
      return ops.flatMap((op) => replaced.get(op) ?? [op]);
    });
    return { ...folded, tensors: this.tensors };
  }

  writerOf(id: TensorId): Op | undefined {
    return this.#ops.find(({ output }) => output === id);
  }

  onlyReader(id: TensorId): Op | undefined {
    const readers = this.#ops.filter(({ inputs }) => inputs.includes(id));
    return this.tensors[id]!.role === 'local' && readers.length === 1 ? readers[0] : undefined;
  }

  /** A local tensor, if the replacement is taken. */
  fresh(name: string, type: TensorType): TensorId {
    return (this.tensors.length + this.#fresh.push({ name, type, role: 'local' }) - 1) as TensorId;
  }

  shiftOf({ inputs, origin }: Op, output: TensorId, n: Int8Array, fraction: number): Op {
    return { kind: 'shift', inputs, output, attributes: { n, fraction }, origin } as Op;
  }

  /** `op`, whose input gets a number added to every element, as `scaled`: in the addBias before it, or a new one. */
  withBias(op: Op, added: readonly number[], scaled: Op): Map<Op, readonly Op[]> {
    this.#fresh = [];
    const [input] = op.inputs;
    const writer = this.writerOf(input!);
    const sum = writer?.kind === 'addBias' && this.onlyReader(input!) === op ? writer : null;
    const bias = added.map((value, j) => value + (sum?.attributes.bias[j] ?? 0));
    if (bias.every((b) => b === 0)) return new Map([[op, [{ ...scaled, inputs: sum?.inputs ?? [input!] } as Op]]]);
    const { name } = this.tensors[op.output]!;
    const output = sum?.output ?? this.fresh(`${name}_sum`, this.tensors[input!]!.type);
    const fits = bias.every((b) => b >= INT32_MIN && b <= INT32_MAX);
    const attributes = { bias: fits ? Int32Array.from(bias) : new Int32Array(0) };
    const addBias: Op = {
      ...{ kind: 'addBias', inputs: sum?.inputs ?? [input!], output, attributes },
      origin: op.origin,
    };
    const replaced = new Map<Op, readonly Op[]>([[op, [addBias, { ...scaled, inputs: [output] } as Op]]]);
    return sum === null ? replaced : replaced.set(sum, []);
  }

  /** The replacement, with the types of its tensors, where every value fits whatever the input and the state; else null. */
  checked(replaced: Map<Op, readonly Op[]>): Replacement | null {
    const widest = new Map<TensorId, TensorType>();
    const reached = new Map<TensorId, TensorType>();
    try {
      for (const op of this.#ops) {
        op.inputs.forEach((id, i) => void (widest.has(id) || widest.set(id, this.#widest.get(op)![i]!)));
        for (const next of replaced.get(op) ?? []) {
          const { infer } = opDef(next);
          widest.set(
            next.output,
            infer(
              next,
              next.inputs.map((id) => widest.get(id)!),
            ),
          );
          reached.set(
            next.output,
            infer(
              next,
              next.inputs.map((id) => reached.get(id) ?? this.tensors[id]!.type),
            ),
          );
        }
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return null; // a larger constant does not fit
    }
    this.tensors.push(...this.#fresh);
    for (const [id, type] of reached)
      if (this.tensors[id]!.role === 'local') this.tensors[id] = { ...this.tensors[id]!, type };
    return replaced;
  }
}
