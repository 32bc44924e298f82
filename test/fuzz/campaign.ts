import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { CompilerKind, Optimization } from '../../src/build/toolchain.js';
import { findCompiler } from '../../src/build/toolchain.js';
import { missingTool } from '../../src/cli/commands/verify.js';
import { writeModel } from '../../src/compiler/1-read/write-model.js';
import { compile } from '../../src/compiler/compile.js';
import { formatTable } from '../../src/report/table.js';
import type { CoreName } from '../../src/targets/cores.js';
import { describeVerification, type VerifyOptions, verify } from '../../src/verify.js';
import { Coverage } from './coverage.js';
import { Draw, randomNetwork } from './random-network.js';
import { randomSequence } from './sequences.js';

const STEPS = 20;
/** From this many networks on every edge must have been met. */
const COMPLETE = 100;
const EMULATED: readonly CoreName[] = ['cortex-m0', 'cortex-m3', 'cortex-m4', 'cortex-m7', 'cortex-m33', 'cortex-m55'];
const OPTIMIZATIONS: readonly Optimization[] = ['-O2', '-O0', '-Os', '-O3'];
const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

interface Tally {
  networks: number;
  steps: number;
  values: number;
  differences: number;
}

/**
 * npm run fuzz -- --networks 200 [--emulated 20] [--seed 0] [--sanitize]: random networks on the host, the first ones
 * on every emulated core too. Fails on a difference, on an edge never met, and on too many saturated gates.
 */
export async function runCampaign(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      networks: { type: 'string', default: '200' },
      emulated: { type: 'string', default: '20' },
      seed: { type: 'string', default: '0' },
      sanitize: { type: 'boolean', default: false },
    },
  });
  const [networks, emulated, first] = [Number(values.networks), Number(values.emulated), Number(values.seed)];
  const compilers: CompilerKind[] = (await findCompiler('host', 'clang')).available ? ['gcc', 'clang'] : ['gcc'];
  const coverage = new Coverage();
  const tallies = new Map<string, Tally>();
  const failures: string[] = [];

  const check = async (index: number): Promise<void> => {
    const seed = first + index;
    const { model, description } = randomNetwork(seed);
    const draw = new Draw(seed + 1_000_000);
    const sequences = [randomSequence(draw, model.input.size, STEPS)];
    const text = writeModel(model);
    const compilation = compile(text, { core: 'host' });
    coverage.noteModel(compilation.model);
    for (const sequence of [...compilation.golden.sequences, ...sequences]) coverage.run(compilation.program, sequence);
    const optimization = OPTIMIZATIONS[index % 4]!;
    const host = { compiler: compilers[Math.floor(index / 4) % compilers.length]!, optimization };
    const runs: VerifyOptions[] = [
      { core: 'host', sequences, ...host, ...(values.sanitize ? { extraFlags: SANITIZERS } : {}) },
    ];
    if (index < emulated)
      for (const core of EMULATED) if ((await missingTool(core)) === null) runs.push({ core, sequences, optimization });
    for (const run of runs) {
      const result = await verify(compilation, run);
      const name =
        run.core === 'host'
          ? `host, ${host.compiler} ${optimization}${values.sanitize ? ' ASan+UBSan' : ''}`
          : run.core;
      const tally = tallies.get(name) ?? { networks: 0, steps: 0, values: 0, differences: 0 };
      tallies.set(name, tally);
      tally.networks++;
      tally.steps += result.steps;
      tally.values += result.values;
      tally.differences += result.differences;
      if (result.passed) continue;
      const file = join(mkdtempSync(join(tmpdir(), 'rnnq-fuzz-')), 'model.json');
      writeFileSync(file, text);
      failures.push(`${description}: ${describeVerification(result)}\n  model: ${file}`);
    }
  };

  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < networks) {
      await check(next++);
      if (next % 20 === 0) process.stderr.write(`${next} of ${networks} networks\n`);
    }
  };
  await Promise.all([worker(), worker()]);
  return report(coverage, tallies, failures, networks >= COMPLETE);
}

function report(
  coverage: Coverage,
  tallies: ReadonlyMap<string, Tally>,
  failures: readonly string[],
  complete: boolean,
): number {
  const rows = [...tallies]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, t]) => [name, t.networks, t.steps, t.values, t.differences]);
  process.stdout.write(`${formatTable(['where', 'networks', 'steps', 'values', 'differences'], rows)}\n\n`);
  process.stdout.write(`${formatTable(['edge', 'hits'], [...coverage.counts])}\n\n`);
  process.stdout.write(
    `gate indices: ${coverage.indices}, unsaturated ${(100 * coverage.unsaturatedShare).toFixed(1)} %\n`,
  );
  for (const failure of failures) process.stdout.write(`FAILED ${failure}\n`);
  const { missing } = coverage;
  if (missing.length > 0) process.stdout.write(`never met: ${missing.join('; ')}\n`);
  const differences = [...tallies.values()].reduce((sum, t) => sum + t.differences, 0);
  process.stdout.write(`${differences} differences\n`);
  const covered = missing.length === 0 || !complete;
  return failures.length === 0 && covered && coverage.unsaturatedShare >= 0.3 ? 0 : 1;
}
