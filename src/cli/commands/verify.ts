import { findTool } from '../../boards/tools.js';
import { findCompiler, OPTIMIZATIONS, type Optimization } from '../../build/toolchain.js';
import { compile } from '../../compiler/compile.js';
import { badOption, fail, unknownTarget } from '../../diagnostics.js';
import { CORES, type CoreName } from '../../targets/cores.js';
import { describeVerification, type Verification, verify } from '../../verify.js';
import { readInputs, readModelText } from '../input-file.js';

interface Options {
  readonly target: string;
  readonly inputs?: string;
  readonly optimization: string;
  readonly json?: boolean;
}

/** rnnq verify: exit code 1 where a core computes something else than the golden. */
export async function run(path: string, options: Options): Promise<void> {
  const optimization = readOptimization(options.optimization);
  const text = readModelText(path);
  const all = options.target === 'all';
  const cores = all ? Object.keys(CORES) : options.target.split(',').map((name) => name.trim());
  for (const name of cores) if (!Object.hasOwn(CORES, name)) fail(unknownTarget(name, Object.keys(CORES)));
  const results: Verification[] = [];
  const skipped: string[] = [];
  for (const core of cores as CoreName[]) {
    const missing = await missingTool(core);
    if (all && missing !== null) {
      skipped.push(core);
      process.stderr.write(`${core}: SKIPPED, ${missing}\n`);
      continue;
    }
    const compilation = compile(text, { core });
    const sequences = options.inputs === undefined ? [] : [readInputs(options.inputs, compilation.model)];
    const result = await verify(compilation, { core, sequences, optimization });
    results.push(result);
    process.stderr.write(`${describeVerification(result)}\n`);
  }
  const differences = results.reduce((sum, r) => sum + r.differences, 0);
  const passed = results.length > 0 && results.every((r) => r.passed);
  if (options.json) process.stdout.write(`${JSON.stringify({ passed, skipped, results }, null, 2)}\n`);
  else process.stdout.write(`${differences} differences on ${results.length} cores${passed ? '' : ': FAILED'}\n`);
  if (!passed) process.exitCode = 1;
}

/** A level with or without what stands before it: -Os, Os, s. */
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
