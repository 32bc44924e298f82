import type { Op, Program, TensorId } from '../../ir/program.js';
import { mapPhases } from './rewrite.js';

/** Drops ops whose result nobody reads; states, the output and the class are always wanted. */
export const removeUnusedOps = (program: Program): Program =>
  mapPhases(program, (ops, phase) => {
    const wanted = new Set<TensorId>();
    const kept: Op[] = [];
    for (const op of [...ops].reverse()) {
      const observable = program.tensors[op.output]!.role !== 'local' || phase === 'argmax';
      if (!observable && !wanted.has(op.output)) continue;
      kept.push(op);
      for (const id of op.inputs) wanted.add(id);
    }
    return kept.reverse();
  });
