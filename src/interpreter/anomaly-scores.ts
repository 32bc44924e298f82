import { ACTIVATION_FORMATS, type AnomalyRule, type Codes, type Model } from '../ir/model.js';
import type { Program, TensorId } from '../ir/program.js';
import { givenBack, lengthened, repeatedSteps, windowScores } from '../ir/reconstruction.js';
import { Interpreter } from './interpret.js';
import { quantizedFloatOutputs } from './quantized-float.js';

/** The state that holds the score (N14, N17), which is the first one; null where no anomalies are looked for. */
export const scoreState = ({ phases, states }: Program): TensorId | null =>
  phases.advance.some(({ kind }) => kind === 'score') ? states[0]! : null;

/** Outputs after a step, and the score. */
type Scored = Float64Array;

/**
 * Of each step of a sequence from reset: the outputs, then the score; NaN while there is none. Fixed point. Where windows are
 * given back, of each step of whole windows: what is given back of it, and the score of its window.
 */
export function fixedScoredOutputs({ layers }: Model, program: Program, codes: Codes, width: number): Scored[] {
  const interpreter = new Interpreter(program);
  const state = scoreState(program)!;
  const ofScore = 2 ** -program.tensors[state]!.type.fraction;
  const gain = 2 ** -program.tensors[program.output]!.type.fraction;
  const window = repeatedSteps(layers);
  const read = window === null ? codes : lengthened(codes, width, window);
  const outputs: Float64Array[] = [];
  const scores: number[] = [];
  for (let t = 0; t < read.length; t += width) {
    interpreter.advance(read.subarray(t, t + width));
    outputs.push(Float64Array.from(interpreter.output(), (y) => y * gain));
    const code = interpreter.read(state)[0]!;
    scores.push(code > 0 ? code * ofScore : Number.NaN);
  }
  return window === null ? joined(outputs, scores) : joined(givenBack(outputs, window), windowScores(scores, window));
}

/** The same of the quantized float network. */
export function floatScoredOutputs(model: Model, rule: AnomalyRule, codes: Codes): Scored[] {
  const { size, fraction } = model.input;
  const [gain, lowest] = [2 ** -fraction, -ACTIVATION_FORMATS[model.activationBits].largest];
  const squaresOf = (step: number, given: Float64Array): number => {
    let squares = 0;
    for (let j = 0; j < size; j++) squares += (Math.max(codes[step * size + j]!, lowest) * gain - given[j]!) ** 2;
    return squares;
  };
  const window = repeatedSteps(model.layers);
  if (window !== null) {
    const rows = givenBack(quantizedFloatOutputs(model, lengthened(codes, size, window), true), window);
    const sums = new Float64Array(rows.length / window);
    rows.forEach((given, t) => {
      sums[Math.floor(t / window)]! += squaresOf(t, given);
    });
    return joined(
      rows,
      rows.map((_, t) => sums[Math.floor(t / window)]!),
    );
  }
  const rows = quantizedFloatOutputs(model, codes, true);
  let score = 0;
  const scores = rows.map((_, t) => {
    const predicted = rows[t - rule.ahead];
    if (predicted === undefined) return Number.NaN;
    score += (squaresOf(t, predicted) - score) * 2 ** -rule.smoothing;
    return score;
  });
  return joined(rows, scores);
}

const joined = (outputs: readonly Float64Array[], scores: readonly number[]): Scored[] =>
  outputs.map((own, t) => Float64Array.of(...own, scores[t]!));
