import { badName, bug, fail, rangeOverflow, throwIfAny, unknownTarget } from '../diagnostics.js';
import { type Golden, goldenSequences, makeGolden } from '../interpreter/golden.js';
import type { Model } from '../ir/model.js';
import { isName } from '../ir/name.js';
import type { Plan } from '../ir/plan.js';
import type { Program } from '../ir/program.js';
import { verifyProgram } from '../ops/verify.js';
import { coreCheck } from '../targets/core-check.js';
import { CORES, type CoreName } from '../targets/cores.js';
import { VERSION } from '../version.js';
import { readModel } from './1-read/read-model.js';
import { writeModel } from './1-read/write-model.js';
import { lower } from './2-lower/lower.js';
import { alternativesTo, optimize } from './3-optimize/optimize.js';
import { OPTIONAL_PASSES, PASSES } from './3-optimize/passes.js';
import type { Limits, Objective } from './4-plan/choose-kernels.js';
import { makePlan } from './4-plan/make-plan.js';
import { emit, type Files } from './5-emit/emit.js';
import type { PackageKind } from './5-emit/packages.js';
import { modelHash } from './5-emit/view.js';

export interface CompileOptions {
  /** A row of CORES. */
  readonly core: string;
  /** C name of the model; the model's own name if absent. */
  readonly name?: string;
  /** What kernels are chosen for; default balanced: the least product of cycles and bytes, those of RAM counted twice. */
  readonly objective?: Objective;
  /** Weights as straight-line code beyond 4 KB: fast from memory without wait states, slow from a cache that it does not fit. */
  readonly allowWeightsAsCode?: boolean;
  /** Limits that the plan must meet: modelled cycles of a step, bytes of flash (code is an estimate) and of RAM. */
  readonly limits?: Limits;
  /** For which build system; cmake without it. */
  readonly package?: PackageKind;
}

/** Everything that compilation made: the files, and what is needed to prove them. */
export interface Compilation {
  readonly name: string;
  readonly hash: number;
  readonly model: Model;
  readonly program: Program;
  readonly plan: Plan;
  readonly golden: Golden;
  readonly files: Files;
}

/** Text of model.json -> plain fixed-point C with its golden test. Throws DiagnosticError for the user's faults. */
export function compile(text: string, options: CompileOptions): Compilation {
  const model = readModel(text); // 1
  const name = options.name ?? model.name;
  if (!isName(name)) fail(badName('--name', name));
  const core = findCore(options.core);
  const hash = modelHash(writeModel(model));
  const lowered = lower(model); // 2
  const problems = verifyProgram(lowered);
  const wrong = problems.find((p) => p.kind === 'structure');
  if (wrong !== undefined) bug(`the lowered program is wrong: ${wrong.origin}: ${wrong.message}`);
  throwIfAny(problems.map((p) => rangeOverflow(p.origin, p.message)));
  const optimized = optimize(lowered, PASSES); // 3
  const { objective, limits, allowWeightsAsCode } = options;
  const wanted = { objective, limits, allowWeightsAsCode };
  const plan = makePlan(alternativesTo(optimized, OPTIONAL_PASSES), options.core, wanted); // 4
  const { program } = plan;
  const golden = makeGolden(program, goldenSequences(model, hash));
  const files = emit(model, plan, golden, {
    ...{ name, version: VERSION, core: options.core, coreFlags: core.flags, hash },
    coreCheck: coreCheck(name, core),
    package: options.package ?? 'cmake',
  }); // 5
  return { name, hash, model, program, plan, golden, files };
}

function findCore(name: string) {
  if (!Object.hasOwn(CORES, name)) fail(unknownTarget(name, Object.keys(CORES)));
  return CORES[name as CoreName];
}
