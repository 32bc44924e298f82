import { findTool } from '../../boards/tools.js';
import { findCompiler, OPTIMIZATIONS, type Optimization } from '../../build/toolchain.js';
import { readModel } from '../../compiler/1-read/read-model.js';
import { type Compilation, compileModel } from '../../compiler/compile.js';
import { resolveRequest } from '../../compiler/request.js';
import { plural } from '../../data/diagnostics.js';
import { badOption, fail } from '../../diagnostics.js';
import { tint } from '../../report/terminal.js';
import { CORES, type CoreName } from '../../targets/cores.js';
import {
  describeFloatComparison,
  describeVerification,
  type FloatVerification,
  type Verification,
  verify,
  verifyBesideFloat,
} from '../../verify.js';
import { type CompileOptions, requestsOf } from '../compile-options.js';
import { readInputs, readModelText } from '../input-file.js';

interface Options extends CompileOptions {
  readonly inputs?: string;
  readonly optimization: string;
  readonly json?: boolean;
}

/**
 * rnnq verify: exit code 1 where a core computes something else than the golden, or fixed point leaves the limits that the float
 * network, the tables and the roundings give it. What is verified is what the same options compile.
 */
export async function run(path: string, options: Options): Promise<void> {
  const optimization = readOptimization(options.optimization);
  const requests = requestsOf(options).map((request) => ({ request, core: resolveRequest(request).core }));
  const model = readModel(readModelText(path));
  const all = options.board === undefined && options.target === 'all';
  const results: Verification[] = [];
  const sequencesOf = ({ model }: Compilation) =>
    options.inputs === undefined ? [] : readInputs(options.inputs, model);
  // cores have programs of their own, but of the same integers: one comparison does for all, and shows where one is not
  const compared = new Map<number, FloatVerification>();
  const besideFloat = (compilation: Compilation): FloatVerification => {
    const integers = compilation.golden.hashes.at(-1)!;
    const known = compared.get(integers);
    if (known !== undefined) return known;
    const comparison = verifyBesideFloat(compilation, sequencesOf(compilation));
    compared.set(integers, comparison);
    process.stderr.write(`${describeFloatComparison(comparison)}\n`);
    return comparison;
  };
  let float = besideFloat(compileModel(model, { core: 'host' }));
  const skipped: string[] = [];
  for (const { request, core } of requests) {
    const missing = await missingTool(core);
    if (all && missing !== null) {
      skipped.push(core);
      process.stderr.write(`${core}: ${tint('note', 'SKIPPED', process.stderr)}, ${missing}\n`);
      continue;
    }
    const compilation = compileModel(model, request);
    const sequences = sequencesOf(compilation);
    if (float.passed) float = besideFloat(compilation);
    const result = await verify(compilation, { core, sequences, optimization });
    results.push(result);
    process.stderr.write(`${describeVerification(result)}\n`);
  }
  const differences = results.reduce((sum, r) => sum + r.differences, 0);
  const passed = float.passed && results.length > 0 && results.every((r) => r.passed);
  if (options.json) process.stdout.write(`${JSON.stringify({ passed, skipped, float, results }, null, 2)}\n`);
  else {
    const cores = `${plural(differences, 'difference')} on ${plural(results.length, 'core')}`;
    process.stdout.write(`${cores}; ${float.outside} beside float${passed ? '' : `: ${tint('bad', 'FAILED')}`}\n`);
  }
  if (!passed) process.exitCode = 1;
}

/** A level with or without its prefix: -Os, Os, s. */
function readOptimization(text: string): Optimization {
  const level = OPTIMIZATIONS.find((known) => [known, known.slice(1), known.slice(2)].includes(text));
  return level ?? fail(badOption('--optimization', text, `one of ${OPTIMIZATIONS.join(', ')}`));
}

/** What a core's verification lacks on this computer. */
export async function missingTool(core: CoreName): Promise<string | null> {
  const compiler = await findCompiler(core);
  if (!compiler.available) return `${compiler.tool} is missing: ${compiler.install}`;
  if (CORES[core].compiler === 'host') return null;
  const qemu = await findTool('qemu-system-arm');
  return qemu.available ? null : `${qemu.tool} is missing: ${qemu.install}`;
}
