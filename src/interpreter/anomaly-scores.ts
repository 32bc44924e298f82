import { ACTIVATION_FORMATS, type AnomalyRule, type Codes, type Model } from '../ir/model.js';
import type { Program } from '../ir/program.js';
import { Interpreter } from './interpret.js';
import { quantizedFloatOutputs } from './quantized-float.js';

/** The score that the state of an interpreter holds, as a real number (N14); null where no anomalies are looked for. */
export function scoreReader({ phases, tensors }: Program): ((interpreter: Interpreter) => number) | null {
  const op = phases.advance.find(({ kind }) => kind === 'score');
  if (op === undefined) return null;
  const gain = 2 ** -tensors[op.output]!.type.fraction;
  return (interpreter) => {
    const code = interpreter.read(op.output)[0]!;
    return code > 0 ? code * gain : Number.NaN;
  };
}

/** Of each step of a sequence from reset: the outputs, then the score; NaN while there is none. Fixed point. */
export function fixedScoredOutputs(program: Program, codes: Codes, width: number): Float64Array[] {
  const interpreter = new Interpreter(program);
  const score = scoreReader(program)!;
  const gain = 2 ** -program.tensors[program.output]!.type.fraction;
  return Array.from({ length: codes.length / width }, (_, t) => {
    interpreter.advance(codes.subarray(t * width, (t + 1) * width));
    return Float64Array.of(...Array.from(interpreter.output(), (y) => y * gain), score(interpreter));
  });
}

/** The same of the quantized float network. */
export function floatScoredOutputs(model: Model, rule: AnomalyRule, codes: Codes): Float64Array[] {
  const { size, fraction } = model.input;
  const [gain, lowest] = [2 ** -fraction, -ACTIVATION_FORMATS[model.activationBits].largest];
  const rows = quantizedFloatOutputs(model, codes, true);
  let score = 0;
  return rows.map((outputs, t) => {
    const predicted = rows[t - rule.ahead];
    if (predicted === undefined) return Float64Array.of(...outputs, Number.NaN);
    let squares = 0;
    for (let j = 0; j < size; j++) squares += (Math.max(codes[t * size + j]!, lowest) * gain - predicted[j]!) ** 2;
    score += (squares - score) * 2 ** -rule.smoothing;
    return Float64Array.of(...outputs, score);
  });
}
