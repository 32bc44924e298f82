// What a time step costs under each objective: flash, RAM and stack measured with gcc, cycles modelled on instructions counted in
// QEMU. LSTM and GRU of 40 inputs, 64 units and 12 classes, both scopes of row scales.
//   node scripts/run.mjs bench/footprints.ts [--output FILE]   prints a table; kernels.ts takes the same rows for docs/performance.md
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compileModel } from '../src/compiler/compile.js';
import { measureCycles } from '../src/cycles.js';
import { SeededRandom } from '../src/fixed/random.js';
import { footprint } from '../src/footprint.js';
import { OBJECTIVES } from '../src/ir/plan.js';
import { network } from './random-network.js';
import type { FootprintRun } from './results.js';

const CORES = ['cortex-m0plus', 'cortex-m3', 'cortex-m4', 'cortex-m55'] as const;

/** One row for each core, cell, scope and objective. */
export async function measureFootprints(): Promise<FootprintRun[]> {
  const rows: FootprintRun[] = [];
  for (const cell of ['lstm', 'gru'] as const)
    for (const scope of ['separate', 'joint'] as const) {
      const model = network(new SeededRandom(7), cell, 40, 64, { scope });
      for (const core of CORES)
        for (const objective of OBJECTIVES) {
          const compilation = compileModel(model, { core, objective });
          const { cycles, instructions } = await measureCycles(compilation, core, { count: 4 });
          const { computed, measured } = await footprint(compilation, core);
          if (cycles === null || measured === null)
            throw new Error(`${core}: QEMU with plugins and a cross compiler are needed`);
          const { text: code, data, bss } = measured.total;
          const { plan } = compilation;
          rows.push({
            ...{ core, cell, scope, objective, flash: code + data, weights: computed.constants.weights },
            ...{
              constants: computed.constants.total - computed.constants.weights,
              code: code - computed.constants.total,
            },
            ...{ ram: data + bss + computed.stateBytes + computed.scratchBytes },
            ...{ stack: measured.stack.find((use) => use.entryPoint.endsWith('_step'))!.bytes },
            ...{ cycles: cycles.max, instructions: instructions.max, estimate: plan.estimate },
            kernels: [...new Set(plan.choices.map((choice) => choice.chosen.symbol))].sort(),
          });
        }
    }
  return rows;
}

export async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { output: { type: 'string' } } });
  const rows = await measureFootprints();
  for (const { core, cell, scope, objective, flash, ram, stack, cycles, kernels } of rows)
    process.stdout.write(
      `${[core, cell, scope, objective, flash, ram, stack, cycles].join('\t')}\t${kernels.join(' ')}\n`,
    );
  if (values.output !== undefined)
    writeFileSync(values.output, `[\n${rows.map((r) => JSON.stringify(r)).join(',\n')}\n]\n`);
}
