import { type EvaResult, runEva } from './build/eva.js';
import { readModel } from './compiler/1-read/read-model.js';
import { checkPlan } from './compiler/4-plan/check-plan.js';
import { bitsOf, type Certificate, makeCertificates } from './compiler/5-emit/certificates.js';
import { type Compilation, compileModel } from './compiler/compile.js';
import { type CompileRequest, resolveRequest } from './compiler/request.js';
import { bug } from './diagnostics.js';
import { type PlanSummary, summaryOf } from './ir/plan.js';
import { allOps, type Op, type TensorType } from './ir/program.js';
import { productRangeOf } from './ops/requantize.js';
import { anyTypes, verifyProgram } from './ops/verify.js';
import { CORES, type CoreName } from './targets/cores.js';

/** A core whose kernels are all portable C, which Eva can read. */
const PORTABLE: CoreName = 'cortex-m3';

/** What is proven of one op: the range of its result, and that of the product or shifted sum on the way to it. */
export interface OpProof extends Certificate {
  /** JSON path of the layer. */
  readonly origin: string;
  /** Of a requantize, for every bit pattern of state and input: its int32 product before the last shift. */
  readonly product: { readonly min: number; readonly max: number; readonly bits: number } | null;
}

/** What Eva analysed and found. */
export interface EvaProof extends Omit<EvaResult, 'log'> {
  /** The core whose C was analysed. */
  readonly core: CoreName;
  readonly kernels: readonly string[];
}

export interface Proof {
  readonly model: string;
  readonly core: CoreName;
  readonly certificates: readonly OpProof[];
  /** What the plan checker replayed: calls and loops, and bytes of scratch. */
  readonly plan: PlanSummary & {
    readonly steps: number;
    readonly scratchBytes: number;
    readonly stateBytes: number;
  };
  /** Null: Eva was not asked for. */
  readonly eva: EvaProof | null;
  /** Kernels of the target that Eva does not see: those of the DSP extension and of Helium. */
  readonly unseen: readonly string[];
}

export interface ProveOptions extends CompileRequest {
  /** Run Frama-C Eva, which must be installed. */
  readonly eva: boolean;
}

/**
 * Proves what can be proven of a model without running it. The compiler's certificates come from its two checkers, which
 * are run again on the result; a program or plan that they refuse is a bug. Eva analyses the generated C; where the
 * target's kernels are intrinsics, the C that the same model gets for a core without them.
 */
export async function prove(text: string, options: ProveOptions): Promise<Proof> {
  const { eva, ...request } = options;
  const compilation = compileModel(readModel(text), request);
  const { program, plan } = compilation;
  const core = plan.core as CoreName;
  const problems = [...verifyProgram(program).map((p) => `${p.origin}: ${p.message}`), ...checkPlan(plan)];
  if (problems.length > 0) bug(`a checker refuses what was compiled: ${problems.join('; ')}`);
  return {
    model: compilation.name,
    core,
    certificates: certificatesOf(compilation),
    plan: {
      ...summaryOf(plan),
      steps: plan.steps.advance.length + plan.steps.output.length + plan.steps.argmax.length,
      ...{ scratchBytes: plan.scratchBytes, stateBytes: plan.stateBytes },
    },
    eva: eva ? await analyse(request, compilation) : null,
    unseen: plan.kernels.filter((symbol) => !symbol.endsWith('_c')),
  };
}

function certificatesOf({ program }: Compilation): OpProof[] {
  const foreign = anyTypes(program);
  const certificates = makeCertificates(program);
  return allOps(program).map((op, k) => ({
    ...certificates[k]!,
    origin: op.origin,
    product: productOf(op, foreign.get(op)!),
  }));
}

function productOf(op: Op, [input]: readonly TensorType[]): OpProof['product'] {
  if (op.kind !== 'requantize') return null;
  const { min, max } = productRangeOf(op.attributes.scale, input!);
  return { min, max, bits: bitsOf(min, max) };
}

async function analyse(request: CompileRequest, own: Compilation): Promise<EvaProof> {
  const { core } = resolveRequest(request);
  const isPortable = CORES[core].isa === 'c';
  const { limits: _limits, board: _board, ...portable } = request; // of the target, not of its stand-in
  const { name, files, plan } = isPortable ? own : compileModel(own.model, { ...portable, core: PORTABLE });
  const { log: _log, ...result } = await runEva(name, files);
  return { ...result, core: isPortable ? core : PORTABLE, kernels: plan.kernels };
}
