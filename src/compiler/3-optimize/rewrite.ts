import { type Op, PHASES, type PhaseName, type Program, type TensorId } from '../../ir/program.js';

/** Maps every phase; `rename` replaces inputs that an earlier op of the pass made redundant. */
export function mapPhases(program: Program, rewrite: (ops: readonly Op[], phase: PhaseName) => readonly Op[]): Program {
  const [advance, output, argmax] = PHASES.map((phase) => rewrite(program.phases[phase], phase));
  return { ...program, phases: { advance: advance!, output: output!, argmax: argmax! } };
}

export const renameInputs = (op: Op, renamed: ReadonlyMap<TensorId, TensorId>): Op =>
  op.inputs.some((id) => renamed.has(id)) ? { ...op, inputs: op.inputs.map((id) => renamed.get(id) ?? id) } : op;
