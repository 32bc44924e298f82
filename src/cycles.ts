import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countingBoard, loadBoard } from './boards/board.js';
import { countRegions, type RegionCount, type RegionCounts } from './build/cycles/count-regions.js';
import { writePackage } from './build/replay.js';
import type { Optimization } from './build/toolchain.js';
import { sourceName } from './compiler/5-emit/runtime.js';
import type { Compilation } from './compiler/compile.js';
import { bug, fail } from './diagnostics.js';
import { codesArray, type Model } from './ir/model.js';
import { inRam, type PlanStep } from './ir/plan.js';
import type { CoreName } from './targets/cores.js';
import type { FlashPoint } from './targets/flash-timing.js';

/** A step of the plan over all measured time steps. */
export interface StepCycles {
  /** JSON path of the layer. */
  readonly origin: string;
  /** The kernel, or the name of the generated loop. */
  readonly name: string;
  readonly kind: PlanStep['kind'];
  readonly instructions: Spread;
  /** Null where QEMU has no plugins. */
  readonly cycles: Spread | null;
}

export interface Spread {
  readonly min: number;
  readonly max: number;
}

/** What one time step costs on an emulated core; cycles are modelled. */
export interface CycleReport {
  readonly core: CoreName;
  /** Where the cycles come from; null where there are none. */
  readonly model: RegionCounts['model'];
  /** Time steps that were counted. */
  readonly count: number;
  readonly steps: readonly StepCycles[];
  readonly instructions: Spread;
  readonly cycles: Spread | null;
  /** For each operating point that was asked about, in order; none where QEMU has no plugins. */
  readonly waiting: readonly Waiting[];
}

/** Cycles that a step waits for the flash, on top of its cycles; modelled, caches as the step before leaves them. */
export interface Waiting {
  /** The most of one step. */
  readonly cycles: number;
  /** Of each call and loop in that step. */
  readonly steps: readonly number[];
}

export interface MeasureOptions {
  /** Default -O2. */
  readonly optimization?: Optimization;
  /** Time steps. */
  readonly count?: number;
  /** False: as if QEMU had no plugins. */
  readonly plugins?: boolean;
  /** Operating points of boards whose waiting for the flash is modelled. */
  readonly points?: readonly FlashPoint[];
}

/** Random inputs, different from step to step. */
const STEPS = 10;

/**
 * Runs a compiled model in QEMU, every call and every loop of advance and output between two marks, and counts instructions
 * (exact) and cycles (modelled, zero wait states) of each over some time steps of random input. The shipped C is
 * untouched: the marks are in a copy. A region that is missing is a bug.
 */
export async function measureCycles(
  { name, files, plan, model: network }: Compilation,
  core: CoreName,
  { optimization = '-O2', count = STEPS, plugins = true, points = [] }: MeasureOptions = {},
): Promise<CycleReport> {
  const board = loadBoard(countingBoard(core));
  if (board.runner !== 'qemu')
    return fail({
      code: 'no_cycles',
      at: '--target',
      message: `cycles are counted on emulated Cortex-M cores, not on ${core}`,
      hint: 'choose one of rnnq targets, such as cortex-m4',
    });
  const directory = await mkdtemp(join(tmpdir(), 'rnnq-cycles-'));
  try {
    await writePackage(files, directory);
    const source = join(directory, 'src', `${name}.c`);
    await writeFile(source, withMarks(await readFile(source, 'utf8')));
    await writeFile(join(directory, 'main.c'), mainProgram(name, network, count));
    const sources = [...files.keys()].filter((path) => path.startsWith('src/') && path.endsWith('.c'));
    const { model, regions, waiting } = await countRegions({
      ...{ core, board, optimization, directory, plugins, points },
      codeInRam: inRam(plan.place).code,
      sources: [join(directory, 'main.c'), ...sources.map((path) => join(directory, path))],
      includeDirectories: [join(directory, 'include'), join(directory, 'src')],
    });
    const planned = [...plan.steps.advance, ...plan.steps.output];
    if (regions.length !== planned.length * count)
      bug(`${regions.length} regions were counted, ${planned.length * count} are in the plan`);
    const steps = planned.map((step, k): StepCycles => {
      const own = Array.from({ length: count }, (_, t) => regions[t * planned.length + k]!);
      const called = step.kind === 'call' ? step.symbol : step.name;
      // what is generated bears the model's name
      const isThere = (functions: readonly string[]) =>
        functions.some((f) => sourceName(f) === called || f === `${name}_${called}`);
      if (own.some(({ functions }) => functions !== null && !isThere(functions)))
        bug(`region ${k} was to be ${called}, but entered ${own[0]!.functions}`);
      return {
        origin: step.ops[0]!.origin,
        name: step.kind === 'call' ? step.symbol : step.name,
        kind: step.kind,
        ...spreads(own),
      };
    });
    const totals = Array.from({ length: count }, (_, t) =>
      sum(regions.slice(t * planned.length, (t + 1) * planned.length)),
    );
    return {
      ...{ core, model, count, steps, ...spreads(totals) },
      waiting: waiting === null ? [] : points.map((_, p) => waitingOf(waiting, planned.length, p)),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The step that waits longest, of those that find the caches as a step before left them. */
function waitingOf(regions: readonly (readonly number[])[], length: number, point: number): Waiting {
  const steps = Array.from({ length: regions.length / length }, (_, t) =>
    regions.slice(t * length, (t + 1) * length).map((region) => region[point]!),
  );
  const warm = steps.length > 1 ? steps.slice(1) : steps;
  return warm
    .map((own) => ({ cycles: own.reduce((total, stalls) => total + stalls, 0), steps: own }))
    .reduce((a, b) => (b.cycles > a.cycles ? b : a));
}

const spread = (values: readonly number[]): Spread => ({ min: Math.min(...values), max: Math.max(...values) });
const spreads = (counts: readonly RegionCount[]) => {
  const cycles = counts.flatMap((c) => (c.cycles === null ? [] : [c.cycles]));
  return {
    instructions: spread(counts.map((c) => c.instructions)),
    cycles: cycles.length === 0 ? null : spread(cycles),
  };
};
const sum = (counts: readonly RegionCount[]): RegionCount => ({
  instructions: counts.reduce((total, c) => total + c.instructions, 0),
  cycles: counts.reduce<number | null>(
    (total, c) => (total === null || c.cycles === null ? null : total + c.cycles),
    0,
  ),
  functions: null,
});

/** Every statement of advance and output between marks; loops stay functions, so that none moves into another. */
function withMarks(source: string): string {
  const marked = source.replace(
    /^((?:RNNQ_CODE )?void \w+_(?:advance|output)\([^{]*\{)([^}]*)\n\}/gm,
    (_, head: string, body: string) =>
      `${head}${body.replace(/^ {4}\w+\(.*\);$/gm, (line) => `    rnnq_mark_begin();\n${line}\n    rnnq_mark_end();`)}\n}`,
  );
  const declarations = 'void rnnq_mark_begin(void);\nvoid rnnq_mark_end(void);\n';
  return declarations + marked;
}

/** Feeds pseudo-random input of the whole range. */
function mainProgram(name: string, { input, activationBits }: Model, count: number): string {
  const NAME = name.toUpperCase();
  const wide = codesArray(input, activationBits) === Int16Array;
  const random = wide ? '(int16_t)(seed >> 16)' : '(int8_t)(seed >> 24)';
  const value = input.encoding === 'one-hot' ? `(int16_t)((seed >> 8) % (uint32_t)${NAME}_SYMBOLS)` : random;
  return `#include "${name}.h"

static ${name}_state_t state;
static ${name}_scratch_t scratch;
static ${wide ? 'int16_t' : 'int8_t'} x[${NAME}_INPUT_SIZE];
static int16_t y[${NAME}_OUTPUT_SIZE];

int main(void)
{
    uint32_t seed = 1u;

    ${name}_reset(&state);
    for (int t = 0; t < ${count}; t++) {
        for (int j = 0; j < ${NAME}_INPUT_SIZE; j++) {
            seed = seed * 1664525u + 1013904223u;
            x[j] = ${value};
        }
        ${name}_step(&state, &scratch, y, x);
    }
    return 0;
}
`;
}
