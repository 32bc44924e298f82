import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadBoard } from '../../src/boards/board.js';
import { RUNNERS } from '../../src/boards/runners/index.js';
import { countRegions } from '../../src/build/cycles/count-regions.js';
import { findCompiler } from '../../src/build/toolchain.js';
import { PRODUCT_PARAMETERS, productStatements } from '../../src/compiler/5-emit/product.js';
import { countingBoard } from '../../src/cycles.js';
import { DTYPE_RANGE } from '../../src/ir/program.js';
import { CORES, type CoreName } from '../../src/targets/cores.js';
import type { Kernel } from '../../src/targets/kernel.js';
import { ALL_KERNELS, RUNNABLE } from '../../src/targets/kernels.js';
import { Draw } from '../fuzz/random-network.js';
import { weightsOf } from '../ops/weights-of.js';
import { kernelFiles } from './kernel-files.js';
import { packagePath } from './run-program.js';

const INPUTS = 100;
const [ROWS, COLS] = [24, 37];
const REQUIRED = process.env.RNNQ_REQUIRE_QEMU === '1';
const tools = [await findCompiler('cortex-m4'), await RUNNERS.qemu.available(), await findCompiler('host', 'gcc')];
const missing = REQUIRED ? undefined : tools.find((tool) => !tool.available);
if (missing !== undefined) console.warn(`SKIPPED: equal times of kernels, because ${missing.tool} is missing`);

/** A program that calls a kernel on one matrix and many vectors, each call between two marks. */
function programOf(kernel: Kernel, draw: Draw): string {
  const weights = weightsOf(draw, kernel.alphabets[0]!, ROWS, COLS, 'random');
  const block = Math.ceil(COLS / kernel.tile.inputs);
  const isMatvec = kernel.op === 'matvec';
  // the first two vectors are extreme; symbols are those of the alphabet
  const [low, high] = DTYPE_RANGE[kernel.input];
  const value = (n: number): number => (n === 0 ? high : n === 1 ? low : draw.integer(low, high));
  const length = isMatvec ? COLS : 1;
  const x = Array.from({ length: INPUTS * length }, (_, i) =>
    isMatvec ? value(Math.floor(i / COLS)) : draw.integer(0, COLS - 1),
  );
  let constants = `static const ${kernel.input === 's8' ? 'int8_t' : 'int16_t'} x[] = { ${x.join(', ')} };\n`;
  const list = kernel.arguments({ weights, accumulate: false, fraction: 7, block }).map((argument) => {
    if (argument.kind === 'integer') return argument.value;
    if (argument.kind === 'output') return 'out';
    if (argument.kind === 'input') return `&x[n * ${length}]`;
    if (argument.kind === 'scratch') return `(${argument.ctype} *)work`;
    const { ctype, values } = argument.pack();
    constants += `static const ${ctype} w[] __attribute__((aligned(4))) = { ${Array.from(values).join(', ')} };\n`;
    return 'w';
  });
  const called = kernel.generate === undefined ? kernel.symbol : 'product';
  if (kernel.generate !== undefined)
    constants += `static RNNQ_KEPT void product(${PRODUCT_PARAMETERS})\n{\n${productStatements(kernel.generate(weights), false).join('\n')}\n}\n`;
  return `#include "rnnq.h"
void rnnq_mark_begin(void);
void rnnq_mark_end(void);
static int32_t out[${ROWS}];
static uint32_t work[2048];
${constants}
int main(void)
{
    for (int n = 0; n < ${INPUTS}; n++) {
        rnnq_mark_begin();
        ${called}(${list.join(', ')});
        rnnq_mark_end();
    }
    return 0;
}
`;
}

const cores = (Object.keys(CORES) as CoreName[]).filter((core) => core !== 'host');
test.skipIf(missing !== undefined).each(cores)(
  `every kernel takes the same instructions for ${INPUTS} vectors on %s`,
  { timeout: 120_000 },
  async (core) => {
    for (const kernel of ALL_KERNELS.filter((k) => RUNNABLE[CORES[core].isa].includes(k.isa))) {
      const directory = await mkdtemp(join(tmpdir(), 'rnnq-equal-'));
      try {
        await writeFile(join(directory, 'main.c'), programOf(kernel, new Draw(1)));
        const board = loadBoard(countingBoard(core));
        if (board.runner !== 'qemu') throw new Error(`${board.id} is no emulator`);
        const { regions } = await countRegions({
          ...{ core, board, directory },
          sources: [join(directory, 'main.c'), ...kernelFiles([kernel])],
          includeDirectories: [packagePath('runtime-c/include')],
        });
        expect([kernel.symbol, regions.length]).toEqual([kernel.symbol, INPUTS]);
        const counts = new Set(regions.map((r) => r.instructions));
        expect([kernel.symbol, [...counts]]).toEqual([kernel.symbol, [regions[0]!.instructions]]);
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    }
  },
);
