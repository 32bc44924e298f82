import type { Constant, ConstantValues, CType, Operand } from '../../ir/plan.js';
import type { Op, Program } from '../../ir/program.js';
import type { RowOrder } from './stack.js';

interface Vector {
  readonly values: ConstantValues;
  readonly ctype: CType;
  readonly role: Constant['role'];
}

/** The vector constants of an element-wise op, in the order in which the generated C takes them. */
export function vectorsOf(op: Op): Vector[] {
  const bias = (values: Int32Array): Vector => ({ values, ctype: 'int32_t', role: 'bias' });
  const shift = (values: Uint8Array): Vector => ({ values, ctype: 'uint8_t', role: 'scale' });
  const multiplier = (values: Int16Array): Vector => ({ values, ctype: 'int16_t', role: 'scale' });
  if (op.kind === 'accumulate') return [bias(op.attributes.bias)];
  if (op.kind === 'affine') return [multiplier(op.attributes.m), shift(op.attributes.n), bias(op.attributes.bias)];
  if (op.kind !== 'requantize') return [];
  const { scale } = op.attributes;
  return scale.kind === 'shift' ? [shift(scale.n)] : [multiplier(scale.m), shift(scale.n)];
}

/** Twice a number up to this fits int32, whatever the input and the state. */
const DOUBLED = 2 ** 29;

/** How shifts are kept; `doubled` for the shift form of a row scale only, whose shifts are above 0 where it is large. */
export function formOf(
  op: Op,
  shifts: ConstantValues,
  program: Pick<Program, 'tensors'>,
): 'plain' | 'less' | 'doubled' {
  if (shifts.every((v) => v > 0)) return 'less';
  if (op.kind !== 'requantize' || op.attributes.scale.kind !== 'shift') return 'plain';
  const { min, max } = program.tensors[op.inputs[0]!]!.type;
  const gain = 2 ** op.attributes.scale.left;
  return Math.max(-min, max) * gain <= DOUBLED && shifts.every((v) => v < 30) ? 'doubled' : 'plain';
}

/**
 * The vector constants of a loop's ops, gathered in one array for each C type. A vector of equal values becomes a
 * literal, equal vectors are kept once.
 */
export function loopOperands(program: Program, ops: readonly Op[], name: string, order: RowOrder) {
  const kept = new Map<
    string,
    { readonly vector: Vector; readonly columns: ConstantValues[]; readonly name: string }
  >();
  const draft = ops.map((op) =>
    vectorsOf(op).map((vector) => {
      const { values, ctype, role } = vector;
      if (values.every((v) => v === values[0])) return { value: values[0]! };
      const form = ctype === 'uint8_t' ? formOf(op, values, program) : 'plain';
      const stored = form === 'less' ? values.map((v) => v - 1) : values;
      const array = kept.get(ctype) ?? { vector, columns: [], name: `${name}_${ROLE_NAMES[ctype] ?? role}` };
      kept.set(ctype, array);
      let column = array.columns.findIndex((other) => other.every((v, i) => v === stored[i]));
      if (column < 0) column = array.columns.push(stored) - 1;
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

const ROLE_NAMES: { readonly [K in CType]?: string } = {
  int32_t: 'bias',
  uint8_t: 'shift',
  int16_t: 'multiplier',
};
