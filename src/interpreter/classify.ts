import { type Codes, type Model, outputFraction, stepLength } from '../ir/model.js';
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

/** Real logits of one sequence: after every step, or after the last one alone. */
export function fixedOutputs(model: Model, program: Program, codes: Codes, everyStep: boolean): Float64Array[] {
  const interpreter = new Interpreter(program);
  const gain = 2 ** -outputFraction(model.layers.at(-1)!);
  const width = stepLength(model.input);
  const rows: Float64Array[] = [];
  interpreter.reset();
  for (let t = 0; t < codes.length; t += width) {
    interpreter.advance(codes.subarray(t, t + width));
    if (everyStep || t + width >= codes.length) rows.push(Float64Array.from(interpreter.output(), (y) => y * gain));
  }
  return rows;
}
