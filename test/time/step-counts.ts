import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countingBoard, loadBoard } from '../../src/boards/board.js';
import { countRegions } from '../../src/build/cycles/count-regions.js';
import { writePackage } from '../../src/build/replay.js';
import { cEndings } from '../../src/compiler/5-emit/c-names.js';
import type { Compilation } from '../../src/compiler/compile.js';
import type { Model } from '../../src/ir/model.js';
import { CTYPE } from '../../src/ir/plan.js';
import { DTYPE_RANGE, type Op, type Program } from '../../src/ir/program.js';
import { wait } from '../../src/ops/wait.js';
import type { CoreName } from '../../src/targets/cores.js';

/**
 * What an application calls in a step, in the order in which it is counted; `decision` is the functions of the task: argmax, the
 * yes or no of each output, the values of quantities, the score of anomalies.
 */
export const FUNCTIONS = ['advance', 'output', 'decision'] as const;

/** Steps that drive the state from reset to its limits, and steps from states drawn from the range that was proven. */
export const STEPS = { driven: 24, drawn: 36 } as const;

/** What one function of one network took. */
export interface StepCount {
  readonly network: string;
  readonly function: (typeof FUNCTIONS)[number];
  /** Of advance: how many layers wait for no further inputs in these steps (N15); the counters of inputs alone decide that. */
  readonly path: number;
  /** Different counts of instructions over all those calls, ascending: one where the time does not depend on the data. */
  readonly instructions: readonly number[];
}

/**
 * Runs compiled networks in one program on an emulated core and counts the instructions of every call of advance, output
 * and decision. Inputs are extreme, zero and random, symbols also outside the alphabet; states are those that extreme inputs
 * drive to their limits, and random ones of the proven ranges.
 */
export async function countSteps(compilations: readonly Compilation[], core: CoreName): Promise<StepCount[]> {
  const board = loadBoard(countingBoard(core));
  if (board.runner !== 'qemu') throw new Error(`${board.id} is no emulator`);
  const directory = await mkdtemp(join(tmpdir(), 'rnnq-time-'));
  try {
    const sources = new Set<string>();
    for (const { files } of compilations) {
      await writePackage(files, directory);
      for (const path of files.keys())
        if (path.startsWith('src/') && path.endsWith('.c')) sources.add(join(directory, path));
    }
    await writeFile(join(directory, 'main.c'), mainProgram(compilations));
    const { regions } = await countRegions({
      ...{ core, board, directory },
      sources: [join(directory, 'main.c'), ...sources],
      includeDirectories: [join(directory, 'include'), join(directory, 'src')],
    });
    const steps = STEPS.driven + STEPS.drawn;
    if (regions.length !== compilations.length * steps * FUNCTIONS.length)
      throw new Error(`${regions.length} regions for ${compilations.length} networks`);
    return compilations.flatMap(({ name, program }, n) => {
      const paths = pathsOf(program, steps);
      return FUNCTIONS.flatMap((called, f) => {
        const first = n * steps * FUNCTIONS.length + f;
        const counts = new Map<number, Set<number>>();
        for (let t = 0; t < steps; t++) {
          const path = called === 'advance' ? paths[t]! : 0;
          const { instructions } = regions[first + t * FUNCTIONS.length]!;
          counts.set(path, (counts.get(path) ?? new Set()).add(instructions));
        }
        return [...counts].map(
          ([path, found]): StepCount => ({
            ...{ network: name, function: called, path },
            instructions: [...found].sort((a, b) => a - b),
          }),
        );
      });
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const waitsOf = ({ phases }: Program) => phases.advance.filter((op): op is Op<'wait'> => op.kind === 'wait');

/** How many of its waits each step of a network goes through, from reset. */
function pathsOf(program: Program, steps: number): number[] {
  const waits = waitsOf(program).map((op) => ({ op, count: [new Int32Array(1)] as const }));
  return Array.from({ length: steps }, () => {
    const ends = waits.findIndex(({ op, count }) => {
      const isLast = wait.ends!(op, count);
      wait.evaluate(op, count, count[0]);
      return isLast;
    });
    return ends < 0 ? waits.length : ends;
  });
}

const mainProgram = (compilations: readonly Compilation[]): string => `#include <string.h>
${compilations.map(({ name }) => `#include "${name}.h"\n`).join('')}
void rnnq_mark_begin(void);
void rnnq_mark_end(void);

static uint32_t seed = 1u;

/* A number of [low, high]: a limit in one of four draws. */
static int32_t draw(int32_t low, int32_t high)
{
    seed = seed * 1664525u + 1013904223u;
    if ((seed >> 29) == 0u) {
        return low;
    }
    if ((seed >> 29) == 1u) {
        return high;
    }
    return low + (int32_t)((seed >> 8) % (uint32_t)(high - low + 1));
}
${compilations.map(networkFunction).join('')}
int main(void)
{
${compilations.map(({ name }) => `    run_${name}();\n`).join('')}    return 0;
}
`;

/** C that asks what the outputs say. */
function decisionCalls({ name, task, outputs = [] }: Model): string {
  const calls: Readonly<Record<NonNullable<Model['task']> | 'classes', readonly string[]>> = {
    classes: [`${name}_argmax(y)`],
    detect: [`${name}_is(y, 0)`],
    regress: cEndings(outputs.map((output) => output.name)).map((ending) => `${name}_value_${ending}(y)`),
    anomaly: [`${name}_score(&state)`, `${name}_is_anomalous(&state)`],
  };
  return calls[task ?? 'classes'].map((call) => `        (void)${call};\n`).join('');
}

function networkFunction({ name, program, model }: Compilation): string {
  const NAME = name.toUpperCase();
  const { dtype } = program.tensors[program.input]!.type;
  const [low, high] = DTYPE_RANGE[dtype];
  const type = dtype === 's8' ? 'int8_t' : 'int16_t';
  // a symbol outside the alphabet in one of eight
  const value =
    model.input.encoding === 'one-hot'
      ? `draw(0, 7) == 3 ? draw(-32768, 32767) : draw(0, ${NAME}_SYMBOLS - 1)`
      : `t % 5 == 0 ? ${high} : t % 5 == 1 ? ${low + 1} : t % 5 == 2 ? 0 : draw(${low}, ${high})`;
  // counters are not data: they say which layers step
  const counters = waitsOf(program).map((op) => op.output);
  const states = program.states.filter((id) => !counters.includes(id)).map((id) => program.tensors[id]!);
  const drawn = states.map(
    ({ name: state, type: { dtype: kind, length, min, max } }) =>
      `            for (int j = 0; j < ${length}; j++) {
                state.${state}[j] = (${CTYPE[kind]})(t % 7 == 0 ? ${max} : t % 7 == 1 ? ${min} : draw(${min}, ${max}));
            }
`,
  );
  return `
static void run_${name}(void)
{
    static ${name}_state_t state;
    static ${name}_scratch_t scratch;
    static ${type} x[${NAME}_INPUT_SIZE];
    static int16_t y[${NAME}_OUTPUT_SIZE];

    ${name}_reset(&state);
    for (int t = 0; t < ${STEPS.driven + STEPS.drawn}; t++) {
        for (int j = 0; j < ${NAME}_INPUT_SIZE; j++) {
            x[j] = (${type})(${value});
        }
        if (t >= ${STEPS.driven}) {
${drawn.join('')}        }
        rnnq_mark_begin();
        ${name}_advance(&state, &scratch, x);
        rnnq_mark_end();
        rnnq_mark_begin();
        ${name}_output(&state, &scratch, y);
        rnnq_mark_end();
        if (t % 2 == 1) {
            for (int j = 0; j < ${NAME}_OUTPUT_SIZE; j++) {
                y[j] = (int16_t)(t % 8 == 1 ? j - 5 : t % 8 == 3 ? 5 - j : draw(-32768, 32767));
            }
        }
        rnnq_mark_begin();
${decisionCalls(model)}        rnnq_mark_end();
    }
}
`;
}
