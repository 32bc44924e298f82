import type { Op, Program, TensorId } from '../../ir/program.js';
import { mapPhases, renameInputs } from './rewrite.js';

/**
 * Two equal narrow or lut ops on the same, unchanged input give the same tensor. Matvecs are left alone: two matrices
 * with equal codes do not occur.
 */
export const mergeEqualOps = (program: Program): Program =>
  mapPhases(program, (ops) => {
    const renamed = new Map<TensorId, TensorId>();
    const known = new Map<string, TensorId>();
    const kept: Op[] = [];
    for (const original of ops) {
      const op = renameInputs(original, renamed);
      const isLocal = program.tensors[op.output]!.role === 'local';
      if ((op.kind === 'narrow' || op.kind === 'lut') && isLocal) {
        const key = JSON.stringify([op.kind, op.inputs, op.attributes]);
        const earlier = known.get(key);
        if (earlier !== undefined) {
          renamed.set(op.output, earlier);
          continue;
        }
        known.set(key, op.output);
      }
      // a write to a state makes everything computed from it stale
      if (program.tensors[op.output]!.role === 'state')
        for (const [key] of known) if (JSON.parse(key)[1].includes(op.output)) known.delete(key);
      kept.push(op);
    }
    return kept;
  });
