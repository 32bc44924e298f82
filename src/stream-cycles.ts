import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countingBoard, loadBoard } from './boards/board.js';
import { countRegions, type RegionCounts } from './build/cycles/count-regions.js';
import { writePackage } from './build/replay.js';
import type { Optimization } from './build/toolchain.js';
import type { Compilation } from './compiler/compile.js';
import type { Spread } from './cycles.js';
import { bug } from './diagnostics.js';
import { outputOf } from './frontends/chain.js';
import { inRam } from './ir/plan.js';
import { stepsOfOutputs } from './ir/rate.js';
import type { CoreName } from './targets/cores.js';

/** Instructions, and modelled cycles where QEMU takes plugins. */
export interface PartCost {
  readonly instructions: Spread;
  readonly cycles: Spread | null;
}

/** What a frame of a stream costs on an emulated core, beside the step of the network. */
export interface StreamCycles {
  readonly model: RegionCounts['model'];
  /** Frames that were counted. */
  readonly frames: number;
  /** Of signal. */
  readonly framesPerSecond: number;
  /** All pushes of a frame's samples, up to its codes. */
  readonly frontEnd: PartCost;
  /** From the logits to the report. */
  readonly decision: PartCost;
}

/** Frames that are counted, or as many as give some outputs of a network that has one every few frames. */
const FRAMES = 8;

/**
 * Pushes noise through the front end, a hop at a time, and counts what comes before and after the step of the network. Marks are in
 * a copy of the C, around the call of the step; null for a model without a front end or a core that is not emulated.
 */
export async function measureStreamCycles(
  { name, files, model, plan }: Compilation,
  core: CoreName,
  { optimization = '-O2' }: { readonly optimization?: Optimization } = {},
): Promise<StreamCycles | null> {
  const board = loadBoard(countingBoard(core));
  const { frontEnd } = model.input;
  if (frontEnd === undefined || board.runner !== 'qemu') return null;
  const { hop, first, rate } = outputOf(frontEnd);
  const frames = stepsOfOutputs(model.layers, FRAMES);
  const directory = await mkdtemp(join(tmpdir(), 'rnnq-cycles-'));
  try {
    await writePackage(files, directory);
    const source = join(directory, 'src', `${name}.c`);
    await writeFile(source, withMarks(await readFile(source, 'utf8'), name));
    // uncounted are the samples in front of the last hop of the first frame, so that every counted push ends with a frame
    await writeFile(join(directory, 'main.c'), mainProgram(name, Math.max(0, first - hop), frames));
    const sources = [...files.keys()].filter((path) => path.startsWith('src/') && path.endsWith('.c'));
    const { model: costs, regions } = await countRegions({
      ...{ core, board, optimization, directory, codeInRam: inRam(plan.place).code },
      sources: [join(directory, 'main.c'), ...sources.map((path) => join(directory, path))],
      includeDirectories: [join(directory, 'include'), join(directory, 'src')],
    });
    if (regions.length !== 2 * frames) bug(`${regions.length} regions of a stream were counted, not ${2 * frames}`);
    const part = (offset: number): PartCost => {
      const own = regions.filter((_, i) => i % 2 === offset);
      const cycles = own.flatMap((region) => (region.cycles === null ? [] : [region.cycles]));
      return {
        instructions: spread(own.map(({ instructions }) => instructions)),
        cycles: cycles.length === 0 ? null : spread(cycles),
      };
    };
    return { model: costs, frames, framesPerSecond: rate, frontEnd: part(0), decision: part(1) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const spread = (values: readonly number[]): Spread => ({ min: Math.min(...values), max: Math.max(...values) });

const MARKS = 'void rnnq_mark_begin(void);\nvoid rnnq_mark_end(void);\n';

/** The step of the network is left out: what is before and behind it is counted. */
const withMarks = (source: string, name: string): string =>
  MARKS +
  source.replace(
    new RegExp(`^ {4}(result->isNew = \\(uint8_t\\))?${name}_step\\(&stream->network.*;$`, 'm'),
    (line) => `    rnnq_mark_end();\n${line}\n    rnnq_mark_begin();`,
  );

/** @param before samples of each channel that are not counted */
function mainProgram(name: string, before: number, frames: number): string {
  const NAME = name.toUpperCase();
  return `#include "${name}.h"

${MARKS}
static ${name}_stream_t stream;
static ${name}_stream_scratch_t scratch;
static ${name}_result_t result;
static int16_t samples[${NAME}_HOP * ${NAME}_CHANNELS];
static uint32_t seed = 1u;

static void draw(void)
{
    for (int i = 0; i < ${NAME}_HOP * ${NAME}_CHANNELS; i++) {
        seed = seed * 1664525u + 1013904223u;
        samples[i] = (int16_t)(seed >> 18);
    }
}

int main(void)
{
    ${name}_stream_reset(&stream);
    for (int left = ${before}; left > 0; left -= ${NAME}_HOP) {
        draw();
        ${name}_push(&stream, &scratch, samples, left < ${NAME}_HOP ? left : ${NAME}_HOP, &result);
    }
    for (int t = 0; t < ${frames}; t++) {
        draw();
        rnnq_mark_begin();
        ${name}_push(&stream, &scratch, samples, ${NAME}_HOP, &result);
        rnnq_mark_end();
    }
    return 0;
}
`;
}
