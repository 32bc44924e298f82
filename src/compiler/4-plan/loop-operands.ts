import type { Constant, ConstantValues, CType, Operand } from '../../ir/plan.js';
import type { Op, Program } from '../../ir/program.js';
import type { RowOrder } from './fused-product.js';

interface Vector {
  readonly values: ConstantValues;
  readonly ctype: CType;
  readonly role: Constant['role'];
  readonly isShift?: boolean;
}

type ShiftForm = Extract<Operand, { kind: 'constant' }>['form'];

/** The vector constants of an element-wise op, in the order in which the generated C takes them. */
export function vectorsOf(op: Op): Vector[] {
  const bias = (values: Int32Array): Vector => ({ values, ctype: 'int32_t', role: 'bias' });
  const shift = (values: Uint8Array | Int8Array): Vector => ({
    values,
    ctype: 'uint8_t',
    role: 'scale',
    isShift: true,
  });
  const multiplier = (values: Int16Array): Vector => ({ values, ctype: 'int16_t', role: 'scale' });
  if (op.kind === 'addBias') return [bias(op.attributes.bias)];
  if (op.kind === 'scaleShift') return [multiplier(op.attributes.m), shift(op.attributes.n), bias(op.attributes.bias)];
  if (op.kind === 'shift') return [shift(op.attributes.n)];
  if (op.kind !== 'requantize') return [];
  const { scale } = op.attributes;
  return scale.kind === 'shift' ? [shift(scale.n)] : [multiplier(scale.m), shift(scale.n)];
}

/** Twice a number up to this fits int32, whatever the input and the state. */
const DOUBLED = 2 ** 29;

/**
 * How the shifts of an op are kept. In vectors as what VSHL takes, a negative number for the right. Otherwise without their
 * sign, or so that rounding is shortest (see Operand); `doubled` for the shift form of a row scale only, whose shifts are
 * above 0 where it is large.
 */
export function keepShifts(
  op: Op,
  shifts: ConstantValues,
  program: Pick<Program, 'tensors'>,
  order: RowOrder,
): { readonly form: ShiftForm; readonly ctype: CType; readonly values: ConstantValues } {
  const keep = (form: ShiftForm, value: (shift: number) => number) => ({
    ...{ form, ctype: 'uint8_t' as const },
    values: Uint8Array.from(shifts, value),
  });
  if (order === 'planar') return { form: 'negated', ctype: 'int8_t', values: Int8Array.from(shifts, (n) => -n) };
  if (op.kind === 'shift') return keep('plain', Math.abs);
  if (shifts.every((n) => n > 0)) return keep('less', (n) => n - 1);
  if (op.kind === 'requantize' && op.attributes.scale.kind === 'shift') {
    const { min, max } = program.tensors[op.inputs[0]!]!.type;
    const gain = 2 ** op.attributes.scale.left;
    if (Math.max(-min, max) * gain <= DOUBLED && shifts.every((n) => n < 30)) return keep('doubled', (n) => n);
  }
  return keep('plain', (n) => n);
}

/** Whether a vector is the same value throughout: it becomes a literal. */
const isLiteral = ({ values }: Vector): boolean => values.every((v) => v === values[0]);

/** Biases of a loop are kept in 16 bits where all of them fit: half the bytes, the same instructions. */
function keepBiases(ops: readonly Op[]): (values: ConstantValues) => Pick<Vector, 'ctype' | 'values'> {
  const kept = ops.flatMap(vectorsOf).filter((vector) => vector.role === 'bias' && !isLiteral(vector));
  const fit = kept.every(({ values }) => values.every((v) => v >= -32768 && v <= 32767));
  return (values) => (fit ? { ctype: 'int16_t', values: Int16Array.from(values) } : { ctype: 'int32_t', values });
}

/**
 * The vector constants of a loop's ops, gathered in one array for biases and one for each C type of what belongs to scales. A
 * vector of equal values becomes a literal, equal vectors are kept once.
 */
export function loopOperands(program: Program, ops: readonly Op[], name: string, order: RowOrder) {
  const kept = new Map<
    string,
    { readonly vector: Vector; readonly columns: ConstantValues[]; readonly name: string }
  >();
  const keepBias = keepBiases(ops);
  const draft = ops.map((op) =>
    vectorsOf(op).map((vector) => {
      if (isLiteral(vector)) return { value: vector.values[0]! };
      const plain = vector.role === 'bias' ? keepBias(vector.values) : vector;
      const { form, ctype, values } = vector.isShift
        ? keepShifts(op, vector.values, program, order)
        : { ...plain, form: 'plain' as const };
      const what = vector.role === 'bias' ? 'bias' : ctype === 'int16_t' ? 'multiplier' : 'shift';
      const array = kept.get(what) ?? { vector: { ...vector, ctype, values }, columns: [], name: `${name}_${what}` };
      kept.set(what, array);
      let column = array.columns.findIndex((other) => other.every((v, i) => v === values[i]));
      if (column < 0) column = array.columns.push(values) - 1;
      return { array, column, form };
    }),
  );
  const length = Math.max(...[...kept.values()].map(({ columns }) => columns[0]!.length), 0);
  const operands = draft.map((list) =>
    list.map((entry): Operand => {
      if ('value' in entry) return { kind: 'value', value: entry.value };
      const count = entry.array.columns.length;
      const place =
        order === 'interleaved'
          ? { offset: entry.column, stride: count }
          : { offset: entry.column * length, stride: 1 };
      return { kind: 'constant', name: entry.array.name, ...place, form: entry.form };
    }),
  );
  const constants = [...kept.values()].map(({ vector, columns, name: full }): Constant => {
    const values = vector.values.slice(0, 0).constructor as new (size: number) => ConstantValues;
    const all = new values(columns.length * length);
    columns.forEach((column, k) => {
      for (let j = 0; j < length; j++)
        all[order === 'interleaved' ? j * columns.length + k : k * length + j] = column[j]!;
    });
    return { name: full, ctype: vector.ctype, values: all, role: vector.role, origin: ops[0]!.origin };
  });
  return { operands, constants };
}
