import { INT32_MAX, INT32_MIN } from '../../fixed/fixed.js';
import { CTYPE, type CType, type Loop, type Operand, type Plan } from '../../ir/plan.js';
import { DTYPE_RANGE, type DType, type Op, type TensorId, type TensorType } from '../../ir/program.js';
import { cInteger } from './c-names.js';

/** The generated function of a loop, in parts that a template lays out. */
export interface LoopText {
  readonly name: string;
  readonly origin: string;
  readonly parameters: string;
  /** What the caller passes. */
  readonly arguments: string;
  /** Loops one after the other: the head, and the statements of one turn. */
  readonly parts: readonly { readonly head: string; readonly unrolled: boolean; readonly body: readonly string[] }[];
}

/** A variable of C that an op needs beside its result. */
export interface Variable {
  readonly name: string;
  readonly text: string;
}

/** A vector constant in C. */
export interface ConstantText {
  readonly text: string;
  readonly form: Extract<Operand, { kind: 'constant' }>['form'] | 'literal';
}

/** How elements are read, computed and written in C: one after the other, or several in a vector. */
export interface Dialect {
  readonly type: string;
  /** `element`: the array element in C. */
  load(element: string, dtype: DType): string;
  store(element: string, dtype: DType, value: string): string;
  constant(text: string, ctype: CType): string;
  /** What the expression of an op reads more than once: variables, and inputs of the expression behind those of the op. */
  variables(op: Op, inputs: readonly string[], types: readonly TensorType[], model: string, name: string): Variable[];
  /** Sum of planes, the lowest first. */
  planes(elements: readonly string[]): string;
  expression(
    op: Op,
    inputs: readonly string[],
    types: readonly TensorType[],
    constants: readonly ConstantText[],
    model: string,
  ): string;
}

const scalar: Dialect = {
  type: 'int32_t',
  load: (element) => element,
  store: (element, dtype, value) => `${element} = ${dtype === 's32' ? '' : `(${CTYPE[dtype]})`}${value};`,
  constant: (text) => text,
  variables,
  planes: (elements) =>
    elements.reduceRight((sum, element, p) =>
      p === elements.length - 2 ? `2 * ${sum} + ${element}` : `2 * (${sum}) + ${element}`,
    ),
  expression,
};

/** C of one loop: every result is a variable, loaded values are read where they are used first. */
export function loopText(
  loop: Loop,
  plan: Plan,
  model: string,
  phase: 'advance' | 'output',
  vector: { readonly dialect: Dialect; readonly lanes: number } | null,
): LoopText {
  const { tensors } = plan.program;
  const used = new Set<Pointer>();
  const { length } = loop;
  const inVectors = vector === null ? 0 : length - (length % vector.lanes);
  const parts: { head: string; unrolled: boolean; body: readonly string[] }[] = [];
  if (vector !== null && inVectors > 0)
    parts.push({
      head: `for (int32_t j = 0; j < ${inVectors}; j += ${vector.lanes})`,
      unrolled: false,
      body: bodyOf(loop, plan, model, vector.dialect, used),
    });
  if (inVectors < length)
    parts.push({
      head: `for (int32_t j = ${inVectors}; j < ${length}; j++)`,
      unrolled: loop.unrolled && inVectors === 0,
      body: bodyOf(loop, plan, model, scalar, used),
    });
  const writesState = loop.stored.some((id) => tensors[id]!.role === 'state');
  const writesScratch = loop.stored.some((id) => tensors[id]!.role === 'local');
  const declarations: { readonly [K in Pointer]: string } = {
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
    parts,
  };
}

type Pointer = 's' | 'w' | 'x' | 'y';

const at = (offset: number, stride: number): string => {
  const scaled = stride === 1 ? 'j' : `${stride} * j`;
  return offset === 0 ? scaled : `${scaled} + ${offset}`;
};

/** Statements for the elements that begin at j; notes which pointers they use. */
function bodyOf(loop: Loop, plan: Plan, model: string, dialect: Dialect, used: Set<Pointer>): string[] {
  const { tensors } = plan.program;
  const body: string[] = [];
  const values = new Map<TensorId, string>();
  const elements = (id: TensorId): string[] => {
    const { role, name } = tensors[id]!;
    const pointer: Pointer = role === 'input' ? 'x' : role === 'output' ? 'y' : role === 'state' ? 's' : 'w';
    used.add(pointer);
    if (role === 'state') return [`s->${name}[j]`];
    if (role !== 'local') return [`${pointer}[j]`];
    const placement = plan.placements.find((p) => p.tensor === id)!;
    const array = plan.arrays.find((a) => a.name === placement.array)!;
    return Array.from(
      { length: placement.planes },
      (_, p) =>
        `w->s${array.slot}.${array.name}[${at(placement.offset + p * placement.planeStride, placement.stride)}]`,
    );
  };
  const read = (id: TensorId): string => {
    const known = values.get(id);
    if (known !== undefined) return known;
    const { name, type } = tensors[id]!;
    // a state that the loop changes has an old and a new value
    const full = loop.stored.includes(id) ? `v_${name}_before` : `v_${name}`;
    const loaded = elements(id).map((element) => dialect.load(element, type.dtype));
    body.push(`const ${dialect.type} ${full} = ${dialect.planes(loaded)};`);
    values.set(id, full);
    return full;
  };
  const constant = (operand: Operand): ConstantText => {
    if (operand.kind === 'value') return { text: cInteger(operand.value), form: 'literal' };
    const { ctype } = plan.constants.find((c) => c.name === operand.name)!;
    const element = `${model}_${operand.name}[${at(operand.offset, operand.stride)}]`;
    return { text: dialect.constant(element, ctype), form: operand.form };
  };
  loop.ops.forEach((op, k) => {
    const types = op.inputs.map((id) => tensors[id]!.type);
    const { name, type } = tensors[op.output]!;
    const own = op.inputs.map(read);
    const between = dialect.variables(op, own, types, model, `v_${name}`);
    for (const { name: variable, text } of between) body.push(`const ${dialect.type} ${variable} = ${text};`);
    const inputs = [...own, ...between.map((variable) => variable.name)];
    const constants = loop.operands[k]!.map(constant);
    body.push(`const ${dialect.type} v_${name} = ${dialect.expression(op, inputs, types, constants, model)};`);
    values.set(op.output, `v_${name}`);
    if (loop.stored.includes(op.output)) body.push(dialect.store(elements(op.output)[0]!, type.dtype, `v_${name}`));
  });
  return body;
}

/** The largest magnitude at which the distance to any limit surely fits int32. */
const NEAR = 2 ** 29;

/** By how much an op shifts its result to the right, at least, before it limits it. */
function shiftOf({ kind, attributes }: Op): number {
  if (kind === 'requantize') return Math.min(...attributes.scale.n);
  if (kind === 'scaleShift') return Math.min(...attributes.n);
  return kind === 'narrow' ? attributes.shift : 0;
}

/** The position in a table and its entry, for an op of one element. */
export function variables(
  { kind, attributes }: Op,
  [a]: readonly string[],
  [type]: readonly TensorType[],
  _model: string,
  name: string,
): Variable[] {
  if (kind !== 'interpolate') return [];
  const { left, shift } = attributes;
  const limit = 128 * 2 ** shift;
  const fits = type!.min * 2 ** left >= -limit && type!.max * 2 ** left < limit;
  const widened = left === 0 ? a! : `${a} * ${2 ** left}`;
  return [
    { name: `${name}_at`, text: fits ? widened : `rnnq_table_position(${a}, ${left}, ${shift})` },
    { name: `${name}_entry`, text: `(${name}_at >> ${shift}) + 128` },
  ];
}

/** An op of one element in terms of rnnq_fixed.h; `a`: its inputs, `types`: of them, `c`: its vector constants. */
export function expression(
  op: Op,
  a: readonly string[],
  types: readonly TensorType[],
  c: readonly ConstantText[],
  model: string,
): string {
  const isNear = types.every(({ min, max }) => min >= -NEAR && max <= NEAR);
  // what was shifted right by 2 or more is near, whatever it was
  const isValueNear = shiftOf(op) >= 2 || (isNear && op.kind !== 'requantize' && op.kind !== 'scaleShift');
  const clamped = (value: string, min: number, max: number, near = isValueNear): string => {
    if (min === INT32_MIN && max === INT32_MAX) return value;
    // a side that was proven never to act may be any number beyond the other
    const [low, high] = [min === INT32_MIN ? -NEAR : min, max === INT32_MAX ? NEAR : max];
    if (!near || low < -NEAR || high > NEAR) return `rnnq_clamp(${value}, ${cInteger(min)}, ${cInteger(max)})`;
    if (low === -NEAR) return `rnnq_at_most(${value}, ${cInteger(high)})`;
    if (high === NEAR) return `rnnq_at_least(${value}, ${cInteger(low)})`;
    return `rnnq_clamp_near(${value}, ${cInteger(low)}, ${cInteger(high)})`;
  };
  const rounded = (value: string, shift: number | ConstantText): string => {
    if (typeof shift !== 'number' && shift.form === 'negated') return `rnnq_round_shift(${value}, -${shift.text})`;
    if (typeof shift !== 'number')
      return `rnnq_round_shift${shift.form === 'less' || shift.form === 'doubled' ? '_more' : ''}(${value}, ${shift.text})`;
    return shift === 0 ? value : `rnnq_round_shift(${value}, ${shift})`;
  };
  switch (op.kind) {
    case 'addBias':
      return `${a[0]} + ${c[0]!.text}`;
    case 'add':
      return `${a[0]} + ${a[1]}`;
    case 'mul':
      return rounded(`${a[0]} * ${a[1]}`, op.attributes.shift);
    case 'narrow': {
      const { shift, min, max, to } = op.attributes;
      const value = rounded(a[0]!, shift);
      const acts = min !== INT32_MIN && max === INT32_MAX;
      const isNext = acts && shift === 0 && DTYPE_RANGE[types[0]!.dtype][0] >= min - 1;
      if (isNext) return `rnnq_at_least_next(${value}, ${cInteger(min)})`;
      if (to === 's8' && min === INT32_MIN && max === 127 && isValueNear) return `rnnq_saturate8_above(${value})`;
      return clamped(value, min, max);
    }
    case 'lerp': {
      const [n, z, h] = a;
      const { min, max } = op.attributes;
      return clamped(`${n} + rnnq_round_shift(${z} * (${h} - ${n}), 15)`, min, max);
    }
    case 'lut': {
      const { table, left, shift, zero } = op.attributes;
      if (zero === 128) return `${model}_table_${table}[rnnq_table_index(${a[0]}, ${left}, ${shift}) + 128]`;
      const entry = rounded(left === 0 ? a[0]! : `${a[0]} * ${2 ** left}`, shift);
      return `${model}_table_${table}[rnnq_saturate_u8(${entry})]`;
    }
    case 'interpolate': {
      const { table, shift } = op.attributes;
      const [, position, entry] = a;
      const line = (k: string) => `${model}_table_${table}[${k}]`;
      return `rnnq_table_line(${line(entry!)}, ${line(`${entry} + 1`)}, ${position}, ${shift})`;
    }
    case 'hard': {
      const { left, offset, limit, min, max } = op.attributes;
      const line = `${clamped(a[0]!, -limit, limit)} * ${2 ** left}`;
      const isLineNear = limit * 2 ** left + Math.abs(offset) <= NEAR;
      return clamped(offset === 0 ? line : `${line} + ${offset}`, min, max, isLineNear);
    }
    case 'scaleShift': {
      const { min, max } = op.attributes;
      return clamped(rounded(`${a[0]} * ${c[0]!.text} + ${c[2]!.text}`, c[1]!), min, max);
    }
    case 'shift': {
      const [{ text, form }] = c as [ConstantText];
      const isLeft = op.attributes.n.every((n) => n <= 0);
      if (form === 'literal') return isLeft ? `${a[0]} * ${2 ** -Number(text)}` : `${a[0]} >> ${text}`;
      if (isLeft) return `${a[0]} * ((int32_t)1 << ${text})`;
      return `${a[0]} >> ${form === 'negated' ? '-' : ''}${text}`;
    }
    case 'requantize': {
      const { scale, min, max } = op.attributes;
      const shift = c.at(-1)!;
      const direct = shift.form === 'plain' || shift.form === 'literal';
      if (scale.kind === 'multiplier') {
        const value = direct
          ? `rnnq_requantize_multiplier(${a[0]}, ${scale.pre}, ${c[0]!.text}, ${shift.text})`
          : rounded(`${rounded(a[0]!, scale.pre)} * ${c[0]!.text}`, shift);
        return clamped(value, min, max);
      }
      if (direct) return clamped(`rnnq_requantize_shift(${a[0]}, ${scale.left}, ${shift.text})`, min, max);
      const left = scale.left + (shift.form === 'doubled' ? 1 : 0);
      return clamped(rounded(left === 0 ? a[0]! : `${a[0]} * ${2 ** left}`, shift), min, max);
    }
    default:
      throw new Error(`${op.kind} is not done element by element`);
  }
}
