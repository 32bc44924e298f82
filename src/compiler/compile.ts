import { badName, bug, fail, rangeOverflow, throwIfAny } from '../diagnostics.js';
import { type Golden, goldenSequences, makeGolden } from '../interpreter/golden.js';
import { makeStreamGolden, type StreamGolden } from '../interpreter/stream.js';
import type { Model } from '../ir/model.js';
import { isName } from '../ir/name.js';
import type { Plan } from '../ir/plan.js';
import type { Program } from '../ir/program.js';
import { verifyProgram } from '../ops/verify.js';
import { coreCheck } from '../targets/core-check.js';
import { CORES } from '../targets/cores.js';
import { VERSION } from '../version.js';
import { checkModel } from './1-read/check-model.js';
import { goldenSeed } from './1-read/golden-seed.js';
import { readModel } from './1-read/read-model.js';
import { writeModel } from './1-read/write-model.js';
import { lower } from './2-lower/lower.js';
import { alternativesTo, optimize } from './3-optimize/optimize.js';
import { OPTIONAL_PASSES, PASSES } from './3-optimize/passes.js';
import { makePlan } from './4-plan/make-plan.js';
import { emit, type Files } from './5-emit/emit.js';
import { type CompileReport, makeReport } from './5-emit/report.js';
import { modelHash } from './5-emit/template-data.js';
import { type CompileRequest, limitsComplaint, resolveRequest } from './request.js';

/** Everything that compilation made: the files, and what is needed to prove them. */
export interface Compilation {
  readonly name: string;
  readonly hash: number;
  readonly model: Model;
  readonly program: Program;
  readonly plan: Plan;
  readonly golden: Golden;
  /** Null: the model has no front end. */
  readonly streamGolden: StreamGolden | null;
  /** What <name>.report.json holds. */
  readonly report: CompileReport;
  readonly files: Files;
}

/** Sees the program after every stage: "lower", the passes by their names, those of an alternative with their place. */
export type Observer = (stage: string, program: Program) => void;

/** Text of model.json -> plain fixed-point C with its golden test. Throws DiagnosticError for the user's faults. */
export const compile = (text: string, request: CompileRequest): Compilation => compileModel(readModel(text), request);

/** As compile, of a model in memory. */
export function compileModel(model: Model, request: CompileRequest, observe: Observer = () => {}): Compilation {
  throwIfAny(checkModel(model)); // 1
  const name = request.name ?? model.name;
  if (!isName(name)) fail(badName('--name', name));
  const resolved = resolveRequest(request);
  const core = CORES[resolved.core];
  const hash = modelHash(writeModel(model));
  const lowered = lower(model); // 2
  observe('lower', lowered);
  const problems = verifyProgram(lowered);
  const wrong = problems.find((p) => p.kind === 'structure');
  if (wrong !== undefined) bug(`the lowered program is wrong: ${wrong.origin}: ${wrong.message}`);
  throwIfAny(problems.map((p) => rangeOverflow(p.origin, p.message)));
  const optimized = optimize(lowered, PASSES, observe); // 3
  const plan = makePlan(alternativesTo(optimized, OPTIONAL_PASSES, observe), core.name, {
    ...resolved,
    notMet: (nearest) => limitsComplaint(resolved, nearest),
  }); // 4
  const { program } = plan;
  const golden = makeGolden(program, goldenSequences(model, goldenSeed(model)));
  const streamGolden = model.input.frontEnd === undefined ? null : makeStreamGolden(model, program);
  const options = {
    ...{ name, version: VERSION, core: core.name, coreFlags: core.flags, hash },
    coreCheck: coreCheck(name, core),
    package: resolved.package,
  };
  const report = makeReport(model, plan, options);
  const files = emit(model, plan, golden, streamGolden, report, options); // 5
  return { name, hash, model, program, plan, golden, streamGolden, report, files };
}
