import { type Codes, type Model, stepLength } from '../ir/model.js';
import type { Program } from '../ir/program.js';
import { Interpreter } from './interpret.js';

/** Real logits of one sequence from reset in fixed point: after every step, or after the last one alone. */
export function fixedOutputs(model: Model, program: Program, codes: Codes, everyStep: boolean): Float64Array[] {
  const interpreter = new Interpreter(program);
  const gain = 2 ** -program.tensors[program.output]!.type.fraction;
  const width = stepLength(model.input);
  const rows: Float64Array[] = [];
  for (let t = 0; t < codes.length; t += width) {
    interpreter.advance(codes.subarray(t, t + width));
    if (everyStep || t + width >= codes.length) rows.push(Float64Array.from(interpreter.output(), (y) => y * gain));
  }
  return rows;
}
