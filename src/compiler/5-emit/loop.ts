import { INT32_MAX, INT32_MIN } from '../../fixed/fixed.js';
import type { Loop, Operand, Plan } from '../../ir/plan.js';
import type { DType, Op, TensorId, TensorType } from '../../ir/program.js';
import { cInteger } from './c-names.js';

const CTYPE: { readonly [K in DType]: string } = { s8: 'int8_t', s16: 'int16_t', s32: 'int32_t' };

/** The generated function of a loop, in parts that a template lays out. */
export interface LoopText {
  readonly name: string;
  readonly origin: string;
  readonly parameters: string;
  /** What the caller passes. */
  readonly arguments: string;
  readonly length: number;
  /** Statements of one element. */
  readonly body: readonly string[];
}

/** C of one loop: every result is a scalar, loaded values are read where they are used first. */
export function loopText(loop: Loop, plan: Plan, model: string, phase: 'advance' | 'output'): LoopText {
  const { tensors } = plan.program;
  const used = new Set<'s' | 'w' | 'x' | 'y'>();
  const body: string[] = [];
  const values = new Map<TensorId, string>();
  const at = (offset: number, stride: number): string => {
    const scaled = stride === 1 ? 'j' : `${stride} * j`;
    return offset === 0 ? scaled : `${scaled} + ${offset}`;
  };
  const load = (id: TensorId): string => {
    const { role, name } = tensors[id]!;
    if (role === 'input') used.add('x');
    if (role === 'input') return 'x[j]';
    if (role === 'state') used.add('s');
    if (role === 'state') return `s->${name}[j]`;
    used.add('w');
    const view = plan.views.find((v) => v.tensor === id)!;
    const array = plan.arrays.find((a) => a.name === view.array)!;
    const element = (p: number) =>
      `w->s${array.slot}.${array.name}[${at(view.offset + p * view.planeStride, view.stride)}]`;
    let sum = element(view.planes - 1);
    for (let p = view.planes - 2; p >= 0; p--) sum = `2 * ${p === view.planes - 2 ? sum : `(${sum})`} + ${element(p)}`;
    return sum;
  };
  const read = (id: TensorId): string => {
    const known = values.get(id);
    if (known !== undefined) return known;
    const name = `v_${tensors[id]!.name}`;
    // a state that the loop changes has an old and a new value
    const full = loop.stored.includes(id) ? `${name}_before` : name;
    body.push(`const int32_t ${full} = ${load(id)};`);
    values.set(id, full);
    return full;
  };
  const constant = (operand: Operand): ConstantText =>
    operand.kind === 'value'
      ? { text: cInteger(operand.value), form: 'plain' }
      : { text: `${model}_${operand.name}[${at(operand.offset, operand.stride)}]`, form: operand.form };
  loop.ops.forEach((op, k) => {
    const inputs = op.inputs.map(read);
    const types = op.inputs.map((id) => tensors[id]!.type);
    const { name, role, type } = tensors[op.output]!;
    const result = `v_${name}`;
    body.push(`const int32_t ${result} = ${expression(op, inputs, types, loop.operands[k]!.map(constant), model)};`);
    values.set(op.output, result);
    if (!loop.stored.includes(op.output)) return;
    const cast = type.dtype === 's32' ? '' : `(${CTYPE[type.dtype]})`;
    body.push(`${place(op.output, role)} = ${cast}${result};`);
  });
  function place(id: TensorId, role: string): string {
    if (role === 'output') used.add('y');
    if (role === 'output') return 'y[j]';
    if (role === 'state') used.add('s');
    if (role === 'state') return `s->${tensors[id]!.name}[j]`;
    used.add('w');
    const view = plan.views.find((v) => v.tensor === id)!;
    const array = plan.arrays.find((a) => a.name === view.array)!;
    return `w->s${array.slot}.${array.name}[${at(view.offset, view.stride)}]`;
  }
  const writesState = loop.stored.some((id) => tensors[id]!.role === 'state');
  const writesScratch = loop.stored.some((id) => tensors[id]!.role === 'local');
  const declarations = {
    s: `${phase === 'output' || !writesState ? 'const ' : ''}${model}_state_t *s`,
    w: `${writesScratch ? '' : 'const '}${model}_scratch_t *w`,
    y: 'int16_t *y',
    x: `const ${CTYPE[tensors[plan.program.input]!.type.dtype]} *x`,
  };
  const order = (['s', 'w', 'y', 'x'] as const).filter((key) => used.has(key));
  return {
    name: `${model}_${loop.name}`,
    origin: loop.ops[0]!.origin,
    parameters: order.map((key) => declarations[key]).join(', '),
    arguments: order.join(', '),
    length: loop.length,
    body,
  };
}

/** A vector constant in C. */
export interface ConstantText {
  readonly text: string;
  readonly form: Extract<Operand, { kind: 'constant' }>['form'];
}

/** The largest magnitude at which the distance to any limit surely fits int32. */
const NEAR = 2 ** 29;

/** An op of one element in terms of rnnq_fixed.h; `a`: its inputs, `types`: of them, `c`: its vector constants. */
export function expression(
  op: Op,
  a: readonly string[],
  types: readonly TensorType[],
  c: readonly ConstantText[],
  model: string,
): string {
  const isNear = types.every(({ min, max }) => min >= -NEAR && max <= NEAR);
  const clamped = (value: string, min: number, max: number): string => {
    if (min === INT32_MIN && max === INT32_MAX) return value;
    // limits that were proven never to act are those of int32
    const near = isNear && op.kind !== 'requantize' && op.kind !== 'affine' && min > -NEAR && max < NEAR;
    return `rnnq_clamp${near ? '_near' : ''}(${value}, ${cInteger(min)}, ${cInteger(max)})`;
  };
  const rounded = (value: string, shift: number | ConstantText): string => {
    if (typeof shift !== 'number')
      return `rnnq_round_shift${shift.form === 'plain' ? '' : '_more'}(${value}, ${shift.text})`;
    return shift === 0 ? value : `rnnq_round_shift(${value}, ${shift})`;
  };
  switch (op.kind) {
    case 'accumulate':
      return `${a[0]} + ${c[0]!.text}`;
    case 'add':
      return `${a[0]} + ${a[1]}`;
    case 'mul':
      return rounded(`${a[0]} * ${a[1]}`, op.attributes.shift);
    case 'narrow': {
      const { shift, min, max } = op.attributes;
      return clamped(rounded(a[0]!, shift), min, max);
    }
    case 'lerp': {
      const [n, z, h] = a;
      const { min, max } = op.attributes;
      return clamped(`${n} + rnnq_round_shift(${z} * (${h} - ${n}), 15)`, min, max);
    }
    case 'lut': {
      const { table, left, shift } = op.attributes;
      return `${model}_table_${table}[rnnq_table_index(${a[0]}, ${left}, ${shift}) + 128]`;
    }
    case 'hard': {
      const { left, offset, limit, min, max } = op.attributes;
      const line = `${clamped(a[0]!, -limit, limit)} * ${2 ** left}`;
      return clamped(offset === 0 ? line : `${line} + ${offset}`, min, max);
    }
    case 'affine': {
      const { min, max } = op.attributes;
      return clamped(rounded(`${a[0]} * ${c[0]!.text} + ${c[2]!.text}`, c[1]!), min, max);
    }
    case 'requantize': {
      const { scale, min, max } = op.attributes;
      const shift = c.at(-1)!;
      if (scale.kind === 'multiplier')
        return clamped(rounded(`${rounded(a[0]!, scale.pre)} * ${c[0]!.text}`, shift), min, max);
      const left = scale.left + (shift.form === 'doubled' ? 1 : 0);
      return clamped(rounded(left === 0 ? a[0]! : `${a[0]} * ${2 ** left}`, shift), min, max);
    }
    default:
      throw new Error(`${op.kind} is not done element by element`);
  }
}
