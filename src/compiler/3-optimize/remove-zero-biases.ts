import type { Op, Program, TensorId } from '../../ir/program.js';
import { mapPhases, renameInputs } from './rewrite.js';

/** An addBias whose bias is all zero gives its input. */
export const removeZeroBiases = (program: Program): Program =>
  mapPhases(program, (ops) => {
    const renamed = new Map<TensorId, TensorId>();
    const kept: Op[] = [];
    for (const original of ops) {
      const op = renameInputs(original, renamed);
      if (op.kind === 'addBias' && op.attributes.bias.every((b) => b === 0)) renamed.set(op.output, op.inputs[0]!);
      else kept.push(op);
    }
    return kept;
  });
