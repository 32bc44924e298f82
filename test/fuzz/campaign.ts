import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { CompilerKind, Optimization } from '../../src/build/toolchain.js';
import { findCompiler } from '../../src/build/toolchain.js';
import { missingTool } from '../../src/cli/commands/verify.js';
import { writeModel } from '../../src/compiler/1-read/write-model.js';
import { compileModel } from '../../src/compiler/compile.js';
import { OBJECTIVES } from '../../src/ir/plan.js';
import type { CoreName } from '../../src/targets/cores.js';
import { describeVerification, type Verification, type VerifyOptions, verify } from '../../src/verify.js';
import { type Campaign, report, type Tally } from './campaign-report.js';
import { Coverage } from './coverage.js';
import { Draw, randomNetwork } from './random-network.js';
import { readCount } from './read-count.js';
import { randomSequence } from './sequences.js';

const STEPS = 20;
/** From this many networks on every edge must have been met. */
const COMPLETE = 100;
const EMULATED: readonly CoreName[] = ['cortex-m0', 'cortex-m3', 'cortex-m4', 'cortex-m7', 'cortex-m33', 'cortex-m55'];
const OPTIMIZATIONS: readonly Optimization[] = ['-O2', '-O0', '-Os', '-O3'];
const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

type Run = VerifyOptions;

/**
 * npm run fuzz -- --networks 200 [--qemu 20] [--seed 0] [--sanitize] [--json]: random networks on the host, the first
 * ones on every emulated core too. Fails on a difference, on too many saturated gates, and, from 100 networks on, on an
 * edge never met.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const { values: options } = parseArgs({
    args: [...argv],
    options: {
      networks: { type: 'string', default: '200' },
      qemu: { type: 'string', default: '20' },
      seed: { type: 'string', default: '0' },
      sanitize: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const [networks, qemu, first] = [options.networks, options.qemu, options.seed].map(readCount) as [
    number,
    number,
    number,
  ];
  const clang = await findCompiler('host', 'clang');
  if (!clang.available) process.stderr.write(`SKIPPED clang: ${clang.install}\n`);
  const compilers: CompilerKind[] = clang.available ? ['gcc', 'clang'] : ['gcc'];
  const cores = qemu > 0 ? await emulatedCores() : [];
  const campaign: Campaign = { coverage: new Coverage(), tallies: new Map(), failures: [] };

  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < networks) {
      const index = next++;
      const runs: Run[] = [
        {
          core: 'host',
          optimization: OPTIMIZATIONS[index % 4]!,
          compiler: compilers[Math.floor(index / 4) % compilers.length]!,
          ...(options.sanitize ? { extraFlags: SANITIZERS } : {}),
        },
      ];
      if (index < qemu) for (const core of cores) runs.push({ core, optimization: OPTIMIZATIONS[index % 4]! });
      await checkNetwork(campaign, first + index, runs);
      if ((index + 1) % 20 === 0) process.stderr.write(`${index + 1} of ${networks} networks\n`);
    }
  };
  await Promise.all([worker(), worker()]);
  return report(campaign, { json: options.json, complete: networks >= COMPLETE });
}

/** The emulated cores this computer has the tools for; says loudly which it leaves out. */
async function emulatedCores(): Promise<CoreName[]> {
  const cores: CoreName[] = [];
  for (const core of EMULATED) {
    const missing = await missingTool(core);
    if (missing === null) cores.push(core);
    else process.stderr.write(`SKIPPED ${core}: ${missing}\n`);
  }
  return cores;
}

/** Runs one network everywhere it shall run; whatever goes wrong is a failure with the model beside it. */
async function checkNetwork(
  { coverage, tallies, failures }: Campaign,
  seed: number,
  runs: readonly Run[],
): Promise<void> {
  const { model, description } = randomNetwork(seed);
  const sequences = [randomSequence(new Draw(seed + 1_000_000), model, STEPS)];
  for (const run of runs) {
    try {
      // compiled for the core itself: another core, or another objective, gets other kernels
      const compilation = compileModel(model, { core: run.core, objective: OBJECTIVES[seed % OBJECTIVES.length]! });
      if (run.core === 'host') {
        coverage.noteModel(compilation.model);
        for (const sequence of [...compilation.golden.sequences, ...sequences])
          coverage.run(compilation.program, sequence);
      }
      const result = await verify(compilation, { ...run, sequences });
      tallies.set(nameOf(run), addTo(tallies.get(nameOf(run)), result));
      if (!result.passed) throw new Error(describeVerification(result));
    } catch (error) {
      const file = join(mkdtempSync(join(tmpdir(), 'rnnq-fuzz-')), 'model.json');
      writeFileSync(file, writeModel(model));
      const what = error instanceof Error ? error.message : String(error);
      failures.push(`${description}, ${nameOf(run)}: ${what}\n  model: ${file}`);
    }
  }
}

const nameOf = ({ core, compiler, optimization, extraFlags }: Run): string =>
  core === 'host' ? `host, ${compiler} ${optimization}${extraFlags === undefined ? '' : ' ASan+UBSan'}` : core;

const addTo = (tally: Tally | undefined, { steps, values, differences }: Verification): Tally => ({
  networks: (tally?.networks ?? 0) + 1,
  steps: (tally?.steps ?? 0) + steps,
  values: (tally?.values ?? 0) + values,
  differences: (tally?.differences ?? 0) + differences,
});
