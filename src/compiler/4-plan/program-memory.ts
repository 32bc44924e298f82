import { tableValues } from '../../fixed/tables.js';
import type { Table } from '../../ir/plan.js';
import { allOps, DTYPE_BYTES, type Program } from '../../ir/program.js';

/** Tables that the ops of a program read. */
export function usedTables(program: Program): Table[] {
  const readers = allOps(program).filter((op) => op.kind === 'lut' || op.kind === 'interpolate');
  return [...new Set(readers.map(({ attributes }) => attributes.table))].map((name) => {
    const interpolated = readers.some(({ kind, attributes }) => kind === 'interpolate' && attributes.table === name);
    return { name, values: tableValues(name, interpolated) };
  });
}

/** sizeof the state structure under AAPCS and on x86: members in order, each aligned to its element. */
export function stateBytes(program: Program): number {
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
