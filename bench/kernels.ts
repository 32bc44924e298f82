// Kernels and whole time steps on every core: instructions (QEMU, exact) and modelled cycles. Needs QEMU with
// plugins and arm-none-eabi-gcc. Writes bench/results/kernels.json, the tables and plots of docs/performance.md.
//   npm run bench
//   npm run bench -- --kernel u8x4_c --core cortex-m0 --output FILE
// With --kernel or --core (names, separated by commas): only these, no steps; prints cycles per weight, and writes only FILE,
// which fit-costs.ts reads.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { cyclesOf } from '../src/compiler/4-plan/choose-kernels.js';
import { compileModel } from '../src/compiler/compile.js';
import { measureCycles, type StepCycles } from '../src/cycles.js';
import { SeededRandom } from '../src/fixed/random.js';
import type { Model } from '../src/ir/model.js';
import type { Objective, Plan } from '../src/ir/plan.js';
import { CORES, type CoreName } from '../src/targets/cores.js';
import { countsOf, kernelCost } from '../src/targets/costs.js';
import type { Kernel, MatrixTask } from '../src/targets/kernel.js';
import { WEIGHTS_AS_CODE } from '../src/targets/kernels/weights-as-code.js';
import { ALL_KERNELS, KERNELS, RUNNABLE } from '../src/targets/kernels.js';
import { type Case, codeBytes, countKernels, countOn } from './count-kernels.js';
import { measureFootprints } from './footprints.js';
import { write } from './performance-page.js';
import { network } from './random-network.js';
import {
  type CostError,
  type KernelRun,
  type LayerCycles,
  RESULTS,
  type Results,
  type SecondOpinion,
  type StepRun,
} from './results.js';
import { countOnRp2040 } from './rp2040.js';

type Shape = readonly [inputs: number, rows: number];

const ALL_CORES = ['cortex-m0plus', 'cortex-m3', 'cortex-m4', 'cortex-m7', 'cortex-m55', 'cortex-m0'] as const;
/** Those whose time steps are counted. */
const STEP_CORES: readonly CoreName[] = ALL_CORES.filter((core) => core !== 'cortex-m0');
/** Inputs and rows. */
const SHAPES: readonly Shape[] = [
  [64, 64],
  [64, 192],
  [128, 256],
  [256, 512],
];
/** More of them for the fit of the cost formulas, with all tables at a time and with four groups. */
const FIT_SHAPES: readonly Shape[] = [
  [16, 96],
  [28, 192],
  [40, 192],
  [61, 60],
  [90, 120],
  [104, 256],
];
/** Matrices of tiny networks, which become code. */
const TINY_SHAPES: readonly Shape[] = [
  [3, 24],
  [8, 24],
  [8, 12],
  [5, 8],
];
/** Shares of zeros in ternary weights; the second for kernels whose time depends on them. */
const ZEROS = [0.33, 0.5, 0.67];
const MANY_ZEROS = [0.5, 0.67, 0.8, 0.9, 0.95];
const STEPS: readonly (readonly [inputs: number, units: number])[] = [
  [16, 32],
  [40, 32],
  [16, 64],
  [40, 64],
  [16, 128],
  [40, 128],
];
const random = new SeededRandom(7);

/** The model of M0+ beside rp2040js. */
async function secondOpinion(isWanted: (kernel: Kernel) => boolean): Promise<SecondOpinion[]> {
  const kernels = KERNELS.filter((k) => /matvec_s8_(ternary_lut4|u8x4|swar8|s8)_c$/.test(k.symbol) && isWanted(k));
  if (kernels.length === 0) return [];
  const cases = kernels.flatMap((kernel) =>
    [SHAPES[1]!, SHAPES[2]!].map(([cols, rows]) => ({ kernel, cols, rows, zeros: 0.5, format: kernel.alphabets[0]! })),
  );
  const counted = await countKernels(cases, random, async (program) => {
    const modelled = await countOn('cortex-m0plus')(program);
    const emulated = await countOnRp2040(program, cases.length);
    return modelled.map(({ cycles }, k) => ({ cycles, rp2040js: emulated[k]! }));
  });
  return counted.map(({ kernel, cols, rows, cycles, rp2040js }) => ({
    ...{ kernel: kernel.symbol, cols, rows, cycles, rp2040js },
  }));
}

/** The kernels of a plan's products. */
const chosen = ({ choices }: Plan): string[] => [...new Set(choices.map((choice) => choice.chosen.symbol))].sort();

/** Cycles of the recurrent layer, from the input's codes to the new state. */
async function countStep(core: CoreName, model: Model, objective: Objective = 'speed'): Promise<LayerCycles> {
  const compilation = compileModel(model, { core, objective });
  const { steps, cycles } = await measureCycles(compilation, core, { count: 4 });
  if (cycles === null) throw new Error('this QEMU takes no plugins: there are no cycles');
  const of = (isPart: (step: StepCycles) => boolean): number =>
    steps.filter(isPart).reduce((sum, s) => sum + s.cycles!.max, 0);
  return {
    layer: of((s) => s.origin === '/input' || (s.origin === '/layers/0' && s.name !== 'cell_y8')),
    products: of((s) => s.kind === 'call' && s.origin === '/layers/0'),
    all: cycles.max,
    kernels: chosen(compilation.plan),
  };
}

/** JSON with a record a line. */
const lines = (object: object): string =>
  `{\n${Object.entries(object)
    .map(([key, value]) => {
      const list = Array.isArray(value)
        ? `[\n${value.map((v) => JSON.stringify(v)).join(',\n')}\n]`
        : JSON.stringify(value);
      return `${JSON.stringify(key)}: ${list}`;
    })
    .join(',\n')}\n}`;

/** What a kernel is counted on: matrices of random weights. */
function casesOf(kernel: Kernel): Case[] {
  const format = kernel.alphabets[0]!;
  const made = (list: readonly Shape[], more: Partial<Case>): Case[] =>
    list.map(([cols, rows]) => ({ kernel, cols, rows, zeros: 0.5, format, ...more }));
  if (kernel.counts !== undefined)
    return MANY_ZEROS.flatMap((zeros) => [
      ...made(SHAPES, { zeros }),
      ...made([...FIT_SHAPES, ...(kernel.generate === undefined ? [] : TINY_SHAPES)], { zeros, fit: true }),
    ]).filter(({ rows, cols, zeros }) => !kernel.generate || rows * cols * (1 - zeros) < 4096);
  return [
    ...(format === 'ternary' ? ZEROS : [0]).flatMap((zeros) => made(SHAPES, { zeros })),
    ...[1e9, ...(kernel.blocks.length > 0 ? [4] : [])].flatMap((block) =>
      made([...FIT_SHAPES, ...(block === 4 ? SHAPES : [])], { block, fit: true }),
    ),
  ];
}

/** Cycles per weight of every shape, and how far the cost formula is off at most. */
function printPart(results: Results, cores: readonly CoreName[]): void {
  for (const core of cores)
    for (const kernel of new Set(results.kernels.map((r) => r.kernel))) {
      const own = results.kernels.filter((r) => r.core === core && r.kernel === kernel);
      if (own.length === 0) continue;
      const shapes = own
        .filter((r) => !r.fit && (r.zeros === 0 || r.zeros === 0.5))
        .map((r) => `${r.cols} -> ${r.rows}: ${(r.cycles / (r.cols * r.rows)).toFixed(2)}`);
      const errors = own.flatMap((r) => (r.estimated === null ? [] : [Math.abs(r.estimated / r.cycles - 1)]));
      const formula =
        errors.length === 0 ? 'no cost formula' : `formula off by at most ${(100 * Math.max(...errors)).toFixed(1)} %`;
      process.stdout.write(`${kernel} ${core}: ${shapes.join(', ')}; ${formula}\n`);
    }
  for (const r of results.secondOpinion)
    process.stdout.write(`${r.kernel} ${r.cols} -> ${r.rows}: ${r.cycles} cycles, ${r.rp2040js} on rp2040js\n`);
}

/** By the cost formula; null for a kernel that has none yet. */
const estimate = ({ kernel, task }: { kernel: Kernel; task: MatrixTask }, core: CoreName): number | null =>
  kernelCost(kernel, CORES[core].cycles) === null ? null : cyclesOf(kernel, task, core);

/** All kernels that a core can run, each on its matrices. */
async function runKernels(core: CoreName, isWanted: (kernel: Kernel) => boolean): Promise<KernelRun[]> {
  const runnable = RUNNABLE[CORES[core].isa];
  const cases = ALL_KERNELS.filter((k) => k.op === 'matvec' && runnable.includes(k.isa) && isWanted(k)).flatMap(
    casesOf,
  );
  const sizes = new Map<Kernel, number>();
  for (const kernel of new Set(cases.map((c) => c.kernel)))
    if (!kernel.generate) sizes.set(kernel, await codeBytes(core, kernel));
  const runs: KernelRun[] = [];
  // programs of a few cases: flash of the emulated boards is limited
  for (let first = 0; first < cases.length; first += 6)
    for (const r of await countKernels(cases.slice(first, first + 6), random, countOn(core)))
      runs.push({
        ...{ core, kernel: r.kernel.symbol, format: r.format, cols: r.cols, rows: r.rows, zeros: r.zeros },
        ...{ fit: r.fit === true, block: r.task.block, passes: r.kernel.passes(r.task), blockRows: r.kernel.tile.rows },
        ...{ counts: countsOf(r.kernel, r.task) },
        ...{ instructions: r.instructions, cycles: r.cycles, estimated: estimate(r, core) },
        ...{ weightBytes: r.weightBytes, work: r.work, code: sizes.get(r.kernel) ?? r.code },
      });
  return runs;
}

/** Time steps of both cells, every size; one size also for other objectives and formats. */
async function runSteps(core: CoreName): Promise<StepRun[]> {
  const runs: StepRun[] = [];
  for (const cell of ['lstm', 'gru'] as const)
    for (const [inputs, units] of STEPS) {
      const model = network(random, cell, inputs, units);
      const figures = { core, cell, inputs, units, ...(await countStep(core, model)) };
      if (inputs !== 40 || units !== 64) {
        runs.push(figures);
        continue;
      }
      const separate = network(random, cell, inputs, units, { scope: 'separate' });
      runs.push({
        ...figures,
        balanced: await countStep(core, model, 'balanced'),
        separate: { ...(await countStep(core, separate)), balanced: await countStep(core, separate, 'balanced') },
        s8: await countStep(core, network(random, cell, inputs, units, { format: 's8', scope: 'separate' })),
      });
    }
  return runs;
}

/** The record of some kernels whose cost formula is furthest off. */
function worstOf(runs: readonly KernelRun[], isOne: (symbol: string) => boolean): CostError | null {
  const errors = runs
    .filter(({ kernel }) => isOne(kernel))
    .flatMap(({ kernel, core, cols, rows, cycles, estimated }) =>
      estimated === null ? [] : [{ kernel, core, cols, rows, cycles, error: Math.abs(estimated / cycles - 1) }],
    );
  return errors.length === 0 ? null : errors.reduce((a, b) => (a.error > b.error ? a : b));
}

export async function main(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: { kernel: { type: 'string' }, core: { type: 'string' }, output: { type: 'string' } },
  });
  const isPart = options.kernel !== undefined || options.core !== undefined;
  const cores = ALL_CORES.filter((core) => options.core?.split(',').includes(core) ?? true);
  const isWanted = ({ symbol }: Kernel): boolean =>
    options.kernel?.split(',').some((name) => symbol === name || symbol.endsWith(`_${name}`)) ?? true;
  const kernels: KernelRun[] = [];
  const steps: StepRun[] = [];
  for (const core of cores) {
    const runs = await runKernels(core, isWanted);
    kernels.push(...runs);
    process.stderr.write(`${core}: ${runs.length} kernel runs\n`);
    if (!isPart && STEP_CORES.includes(core)) steps.push(...(await runSteps(core)));
  }
  const results: Results = {
    ...{ date: new Date().toISOString().slice(0, 10), kernels, steps },
    footprints: isPart ? [] : await measureFootprints(),
    secondOpinion: cores.includes('cortex-m0plus') ? await secondOpinion(isWanted) : [],
    worstEstimate: {
      written: worstOf(kernels, (symbol) => symbol !== WEIGHTS_AS_CODE.symbol),
      generated: worstOf(kernels, (symbol) => symbol === WEIGHTS_AS_CODE.symbol),
    },
  };
  if (isPart) printPart(results, cores);
  const output = isPart ? options.output : RESULTS;
  if (output !== undefined) writeFileSync(output, `${lines(results)}\n`);
  if (isPart) return;
  const { error, kernel, core, cols, rows } = results.worstEstimate.written!;
  process.stderr.write(
    `largest error of a cost formula: ${(100 * error).toFixed(1)} % (${kernel}, ${core}, ${cols} -> ${rows})\n`,
  );
  write(results);
}
