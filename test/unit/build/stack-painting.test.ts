import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RUNNERS } from '../../../src/boards/runners/index.js';
import { measureFootprint } from '../../../src/build/footprint.js';
import { buildProgram } from '../../../src/build/toolchain.js';
import { boardsToTest } from '../boards/tool-check.js';

const MEASURED = `
#include <stdint.h>
#include <string.h>
uint32_t measured(uint32_t n);
static uint32_t __attribute__((noinline)) sum(const uint8_t *x, uint32_t n)
{
    uint32_t i, total = 0;
    for (i = 0; i < n; i++) { total += x[i] * (i ^ total); }
    return total;
}
uint32_t measured(uint32_t n)
{
    uint8_t x[300];
    memset(x, (int)n, sizeof x);
    return sum(x, n) + x[7];
}
`;

/** Fills the free stack with a pattern, calls measured(), looks for the deepest changed word. */
const PAINTER = `
#include "rnnq_io.h"
uint32_t measured(uint32_t n);
#define WORDS 256
#define PATTERN 0xc5c5c5c5u
int main(void)
{
    volatile uint32_t *sp;
    uint32_t depth, i;
    __asm__ volatile("mov %0, sp" : "=r"(sp));
    for (i = 1; i <= WORDS; i++) { *(sp - i) = PATTERN; }
    if (measured(200) == 0u) { return 1; }
    for (i = WORDS; i > 0u && *(sp - i) == PATTERN; i--) { }
    depth = 4u * i;
    rnnq_io_write(&depth, 4u);
    return 0;
}
`;

/** Painting is a lower bound (a word that is never written is not seen), the call graph an upper one. */
for (const { id, board, skipped } of await boardsToTest()) {
  if (board.runner === 'host') continue;
  test.skipIf(skipped)(
    `stack painted on ${id} is what the call graph says`,
    async () => {
      const directory = await mkdtemp(join(tmpdir(), 'rnnq-painting-'));
      try {
        const [source, painter] = [join(directory, 'measured.c'), join(directory, 'painter.c')];
        await writeFile(source, MEASURED);
        await writeFile(painter, PAINTER);
        const common = { includeDirectories: [], optimization: '-O2' } as const;
        const output = join(directory, 'program');
        const executable = await buildProgram({ ...common, board, sources: [source, painter], output });
        const result = await RUNNERS[board.runner].run(board, { executable, directory, timeoutMs: 30_000 });
        expect(result.exitCode).toBe(0);
        const painted = (await readFile(join(directory, 'output.bin'))).readUInt32LE(0);
        const footprint = await measureFootprint({
          ...common,
          core: board.core,
          sources: [source],
          entryPoints: ['measured'],
        });
        expect(painted).toBeLessThanOrEqual(footprint.stack[0]!.bytes);
        expect(painted).toBeGreaterThanOrEqual(footprint.stack[0]!.bytes - 24);
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    },
    60_000,
  );
}
