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
import { inRam, type Plan, type PlanStep } from './ir/plan.js';
import { comesAt, isEveryStep, outputRate, ratesOf, stepsOfOutputs } from './ir/rate.js';
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
  /** Of a network whose layers do not all step with every input: the mean of the time steps from one output to the next. */
  readonly period?: {
    readonly first: number;
    readonly steps: number;
    readonly instructions: number;
    readonly cycles: number | null;
  };
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

/** Random inputs, different from step to step; more where a network waits for its first outputs. */
const STEPS = 10;

/**
 * Runs a compiled model in QEMU, every call and every loop of advance and output between two marks, and counts instructions
 * (exact) and cycles (modelled, zero wait states) of each over some time steps of random input. The shipped C is
 * untouched: the marks are in a copy. A region that is missing is a bug.
 */
export async function measureCycles(
  { name, files, plan, model: network }: Compilation,
  core: CoreName,
  {
    optimization = '-O2',
    count = stepsOfOutputs(network.layers, STEPS),
    plugins = true,
    points = [],
  }: MeasureOptions = {},
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
    const done = doneSteps(plan, network, count);
    const expected = sumOf(done.map((own) => own.length));
    if (regions.length !== expected) bug(`${regions.length} regions were counted, ${expected} are in the plan`);
    const parts = partsOf(regions, done);
    const steps = planned.map((step, k): StepCycles => {
      const own = parts.flatMap((part, t) => (done[t]!.includes(k) ? [part[done[t]!.indexOf(k)]!] : []));
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
    const totals = parts.map(sum);
    const rate = outputRate(network.layers);
    return {
      ...{ core, model, count, steps, ...spreads(totals) },
      ...(!isEveryStep(rate) && {
        period: { first: rate.first, steps: rate.stride, ...meanOf(totals.slice(-rate.stride)) },
      }),
      waiting: waiting === null ? [] : points.map((_, p) => waitingOf(partsOf(waiting, done), done, planned.length, p)),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Of each time step from reset the steps of the plan that are done: layers behind one that waits are not (N15). */
function doneSteps({ steps: { advance, output } }: Plan, { layers }: Model, count: number): number[][] {
  const all = [...advance, ...output].map((_, k) => k);
  const rates = new Map(ratesOf(layers).map((rate, i) => [`/layers/${i}`, rate]));
  return Array.from({ length: count }, (_, t) => {
    const last = advance.findIndex(({ ops: [op] }) => op!.kind === 'wait' && !comesAt(rates.get(op!.origin)!, t + 1));
    return last < 0 ? all : all.filter((k) => k <= last || k >= advance.length);
  });
}

/** What was counted of each time step. */
function partsOf<T>(regions: readonly T[], done: readonly (readonly number[])[]): T[][] {
  let end = 0;
  return done.map(({ length }) => {
    end += length;
    return regions.slice(end - length, end);
  });
}

/** The step that waits longest, of those that find the caches as a step before left them; what was not done waits 0. */
function waitingOf(
  parts: readonly (readonly (readonly number[])[])[],
  done: readonly (readonly number[])[],
  length: number,
  point: number,
): Waiting {
  const steps = parts.map((part, t) => {
    const own = Array<number>(length).fill(0);
    part.forEach((region, i) => {
      own[done[t]![i]!] = region[point]!;
    });
    return own;
  });
  const warm = steps.length > 1 ? steps.slice(1) : steps;
  return warm
    .map((own) => ({ cycles: own.reduce((total, stalls) => total + stalls, 0), steps: own }))
    .reduce((a, b) => (b.cycles > a.cycles ? b : a));
}

const spread = (values: readonly number[]): Spread =>
  // a step that was not done in any of the time steps
  values.length === 0 ? { min: 0, max: 0 } : { min: Math.min(...values), max: Math.max(...values) };
const sumOf = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const meanOf = (counts: readonly RegionCount[]) => ({
  instructions: sumOf(counts.map((c) => c.instructions)) / counts.length,
  cycles: counts.some((c) => c.cycles === null) ? null : sumOf(counts.map((c) => c.cycles!)) / counts.length,
});
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
    /^((?:RNNQ_CODE )?(?:void|int) \w+_(?:advance|output)\([^{]*\{)([^}]*)\n\}/gm,
    (_, head: string, body: string) => `${head}${withMarksInside(body)}\n}`,
  );
  const declarations = 'void rnnq_mark_begin(void);\nvoid rnnq_mark_end(void);\n';
  return declarations + marked;
}

const withMarksInside = (body: string): string =>
  body
    .replace(/^ {4}\w+\(.*\);$/gm, (line) => `    rnnq_mark_begin();\n${line}\n    rnnq_mark_end();`)
    .replace(
      /^ {4}if \((\w+\(.*\)) != 0\) return 0;$/gm,
      (_, call: string) =>
        `    {\n    int32_t waits;\n    rnnq_mark_begin();\n    waits = ${call};\n    rnnq_mark_end();\n    if (waits != 0) return 0;\n    }`,
    );

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
