import type { Codes } from '../ir/model.js';
import type { Program } from '../ir/program.js';
import { Interpreter } from './interpret.js';

/** Class of each sequence in fixed point: reset, advance over all steps, output, argmax. */
export function classifyFixed(program: Program, sequences: readonly Codes[]): Int32Array {
  const interpreter = new Interpreter(program);
  const size = program.tensors[program.input]!.type.length;
  return Int32Array.from(sequences, (sequence) => {
    interpreter.reset();
    for (let t = 0; t < sequence.length; t += size) interpreter.advance(sequence.subarray(t, t + size));
    interpreter.output();
    return interpreter.argmax();
  });
}
