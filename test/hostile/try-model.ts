import { readModel } from '../../src/compiler/1-read/read-model.js';
import { lower } from '../../src/compiler/2-lower/lower.js';
import { alternativesTo, optimize } from '../../src/compiler/3-optimize/optimize.js';
import { OPTIONAL_PASSES, PASSES } from '../../src/compiler/3-optimize/passes.js';
import { compile } from '../../src/compiler/compile.js';
import { DiagnosticError, rangeOverflow, throwIfAny } from '../../src/diagnostics.js';
import { compareWithFloat, type FloatComparison } from '../../src/interpreter/beside-float.js';
import { goldenSequences } from '../../src/interpreter/golden.js';
import { Interpreter } from '../../src/interpreter/interpret.js';
import { type Codes, type Model, stepLength } from '../../src/ir/model.js';
import type { Program } from '../../src/ir/program.js';
import { verifyProgram } from '../../src/ops/verify.js';
import type { CoreName } from '../../src/targets/cores.js';
import { referenceRun } from '../fuzz/reference-model.js';

/** Why a model was refused: the codes of its diagnostics; or that it compiled, and how it does beside the float network. */
export type Outcome =
  | { readonly kind: 'refused'; readonly codes: readonly string[] }
  | { readonly kind: 'compiled'; readonly float: FloatComparison };

/** Steps of each golden sequence that are computed a second time. */
const CHECKED_STEPS = 2;

/**
 * Reads and compiles a text. It may be refused by diagnostics, all of which have a code and a message; any other error is
 * thrown. What compiles is checked: its program is sound, and gives the integers of an independent reading of the contract.
 * Without a core nothing is planned and emitted, which takes most of the time.
 */
export function tryModel(text: string, core: CoreName | null = 'host'): Outcome {
  let compiled: { readonly model: Model; readonly programs: readonly Program[] };
  try {
    compiled = core === null ? compileToPrograms(text) : compileWhole(text, core);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const { diagnostics } = error;
    if (diagnostics.length === 0 || diagnostics.some((d) => !/^[a-z0-9_]+$/.test(d.code) || d.message === ''))
      throw new Error('refused without a reason', { cause: error });
    return { kind: 'refused', codes: [...new Set(diagnostics.map((d) => d.code))] };
  }
  const { model, programs } = compiled;
  const sequences = goldenSequences(model, 1).map((codes) =>
    codes.subarray(0, CHECKED_STEPS * stepLength(model.input)),
  );
  const expected = sequences.map((sequence) => referenceRun(model, sequence));
  for (const program of programs) {
    const problems = verifyProgram(program);
    if (problems.length > 0) throw new Error(`an unsound program: ${problems[0]!.message}`);
    sequences.forEach((sequence, i) => {
      compareIntegers(program, sequence, expected[i]!);
    });
  }
  return { kind: 'compiled', float: compareWithFloat(model, programs[0]!, sequences) };
}

function compileWhole(text: string, core: CoreName) {
  const { model, program } = compile(text, { core });
  return { model, programs: [program] };
}

/** The phases that know the numbers of a model: every program that a plan could choose. */
function compileToPrograms(text: string) {
  const model = readModel(text);
  const lowered = lower(model);
  throwIfAny(verifyProgram(lowered).map(({ origin, message }) => rangeOverflow(origin, message)));
  return { model, programs: alternativesTo(optimize(lowered, PASSES), OPTIONAL_PASSES) };
}

function compareIntegers(program: Program, sequence: Codes, expected: readonly number[]): void {
  const interpreter = new Interpreter(program);
  const found: number[] = [];
  const width = program.tensors[program.input]!.type.length;
  for (let t = 0; t < sequence.length; t += width) {
    interpreter.advance(sequence.subarray(t, t + width));
    interpreter.output();
    for (const id of [...program.states, program.output]) found.push(...interpreter.read(id));
  }
  const at = expected.findIndex((value, i) => value !== found[i]);
  if (at >= 0 || found.length !== expected.length)
    throw new Error(`value ${at} of the golden is ${found[at]}, the contract gives ${expected[at]}`);
}
