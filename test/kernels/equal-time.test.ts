import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countingBoard, loadBoard } from '../../src/boards/board.js';
import { RUNNERS } from '../../src/boards/runners/index.js';
import { countRegions } from '../../src/build/cycles/count-regions.js';
import { findCompiler } from '../../src/build/toolchain.js';
import { DTYPE_RANGE } from '../../src/ir/program.js';
import { CORES, type CoreName } from '../../src/targets/cores.js';
import type { Kernel } from '../../src/targets/kernel.js';
import { ALL_KERNELS, RUNNABLE } from '../../src/targets/kernels.js';
import { Draw } from '../fuzz/random-network.js';
import { weightsOf } from '../ops/weights-of.js';
import { WHOLE } from '../whole.js';
import { cCallOf } from './c-text.js';
import { kernelFiles } from './kernel-files.js';
import { packagePath } from './run-program.js';

const INPUTS = 100;
const [ROWS, COLS] = [24, 37];
const REQUIRED = process.env.RNNQ_REQUIRE_QEMU === '1';
const tools = [await findCompiler('cortex-m4'), await RUNNERS.qemu.available(), await findCompiler('host', 'gcc')];
const missing = REQUIRED ? undefined : tools.find((tool) => !tool.available);
if (missing !== undefined) console.warn(`SKIPPED: equal times of kernels, because ${missing.tool} is missing`);

/** Vectors that every kernel of a type of input gets: the first two extreme, the others random. */
function vectors(draw: Draw, input: Kernel['input']): string {
  const [low, high] = DTYPE_RANGE[input];
  const value = (n: number): number => (n === 0 ? high : n === 1 ? low : draw.integer(low, high));
  const x = Array.from({ length: INPUTS * COLS }, (_, i) => value(Math.floor(i / COLS)));
  return `static const ${input === 's8' ? 'int8_t' : 'int16_t'} x_${input}[] = { ${x.join(', ')} };\n`;
}

/** A function that calls a kernel on one matrix and many vectors, each call between two marks. */
function functionOf(kernel: Kernel, k: number, draw: Draw): string {
  const weights = weightsOf(draw, kernel.alphabets[0]!, ROWS, COLS, 'random');
  const block = Math.ceil(COLS / kernel.tile.inputs);
  const input = kernel.op === 'matvec' ? `&x_${kernel.input}[n * ${COLS}]` : '&symbols[n]';
  const { declarations, text } = cCallOf(kernel, { weights, addToOutput: false, fraction: 7, block }, k, input);
  return `${declarations}
static void run${k}(void)
{
    for (int n = 0; n < ${INPUTS}; n++) {
        rnnq_mark_begin();
        ${text};
        rnnq_mark_end();
    }
}
`;
}

/** One program for all kernels of a core. */
function programOf(kernels: readonly Kernel[], draw: Draw): string {
  // symbols are those of the alphabet
  const symbols = Array.from({ length: INPUTS }, () => draw.integer(0, COLS - 1));
  return `#include "rnnq.h"
void rnnq_mark_begin(void);
void rnnq_mark_end(void);
static int32_t out[${ROWS}];
static uint32_t work[2048];
static const int16_t symbols[] = { ${symbols.join(', ')} };
${(['s8', 's16'] as const).map((input) => vectors(draw, input)).join('')}
${kernels.map((kernel, k) => functionOf(kernel, k, draw)).join('\n')}
int main(void)
{
${kernels.map((_, k) => `    run${k}();\n`).join('')}    return 0;
}
`;
}

/** All of them, or one of each instruction set. */
const cores = WHOLE
  ? (Object.keys(CORES) as CoreName[]).filter((core) => core !== 'host')
  : (['cortex-m0', 'cortex-m4', 'cortex-m55'] as const);
test.skipIf(missing !== undefined).each(cores)(
  `every kernel takes the same instructions for ${INPUTS} vectors on %s`,
  { timeout: 300_000 },
  async (core) => {
    const kernels = ALL_KERNELS.filter((k) => RUNNABLE[CORES[core].isa].includes(k.isa));
    const directory = await mkdtemp(join(tmpdir(), 'rnnq-equal-'));
    try {
      await writeFile(join(directory, 'main.c'), programOf(kernels, new Draw(1)));
      const board = loadBoard(countingBoard(core));
      if (board.runner !== 'qemu') throw new Error(`${board.id} is no emulator`);
      const { regions } = await countRegions({
        ...{ core, board, directory },
        sources: [join(directory, 'main.c'), ...kernelFiles(kernels)],
        includeDirectories: [packagePath('runtime-c/include')],
      });
      expect(regions).toHaveLength(INPUTS * kernels.length);
      const counts = kernels.map(({ symbol }, k) => {
        const own = regions.slice(k * INPUTS, (k + 1) * INPUTS).map((r) => r.instructions);
        return [symbol, [...new Set(own)]] as const;
      });
      expect(counts.filter(([, different]) => different.length !== 1)).toEqual([]);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
);
