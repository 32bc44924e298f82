import { parseArgs } from 'node:util';
import { missingTool } from '../../src/cli/commands/verify.js';
import { compileModel } from '../../src/compiler/compile.js';
import { OBJECTIVES } from '../../src/ir/plan.js';
import { CORES, type CoreName } from '../../src/targets/cores.js';
import { randomNetwork } from '../fuzz/random-network.js';
import { countSteps, STEPS } from './step-counts.js';

/** Networks in one program: kernels are compiled once for all of them. */
const BATCH = 40;

/**
 * npm run fuzz:time -- --networks 200 [--seed 0] [--cores cortex-m0,cortex-m4]: counts the instructions of advance, output
 * and decision of random networks on every Cortex-M core at -O2. Fails where a count depends on state or input.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const { values: options } = parseArgs({
    args: [...argv],
    options: {
      networks: { type: 'string', default: '200' },
      seed: { type: 'string', default: '0' },
      cores: { type: 'string' },
    },
  });
  const [networks, first] = [Number(options.networks), Number(options.seed)];
  const all = (Object.keys(CORES) as CoreName[]).filter((core) => core !== 'host');
  const cores = all.filter((core) => options.cores?.split(',').includes(core) ?? true);
  for (const core of cores) {
    const missing = await missingTool(core);
    if (missing !== null) throw new Error(`${core}: ${missing}`);
  }
  let different = 0;
  for (let start = 0; start < networks; start += BATCH) {
    const seeds = Array.from({ length: Math.min(BATCH, networks - start) }, (_, i) => first + start + i);
    for (const core of cores) {
      const counts = await countSteps(
        seeds.map((seed) => compileNetwork(seed, core)),
        core,
      );
      const unequal = counts.filter(({ instructions }) => instructions.length > 1);
      different += unequal.length;
      for (const { network, function: called, instructions } of unequal) {
        const { description } = randomNetwork(seeds.find((seed) => network === `net${seed}`)!);
        process.stdout.write(`${core}: ${description}: ${called}: ${instructions.join(', ')}\n`);
      }
      process.stdout.write(
        `${core}: networks ${seeds[0]} to ${seeds.at(-1)}: ${unequal.length} of ${counts.length} differ\n`,
      );
    }
  }
  process.stdout.write(
    `${networks} networks on ${cores.length} cores, advance, output and decision, ${STEPS.driven + STEPS.drawn} calls each: ` +
      `${different} functions whose instructions depend on the data\n`,
  );
  return different === 0 ? 0 : 1;
}

/** Objectives take turns: each chooses other kernels. */
const compileNetwork = (seed: number, core: CoreName) =>
  compileModel(randomNetwork(seed).model, { core, objective: OBJECTIVES[seed % OBJECTIVES.length]! });
