import { expect, test } from 'vitest';
import { findTool } from '../../src/boards/tools.js';
import { boardCores, boardsOfModel } from '../../src/boards-of-model.js';
import { findCompiler } from '../../src/build/toolchain.js';
import { readModel } from '../../src/compiler/1-read/read-model.js';
import { sampleText } from '../samples/sample-text.js';

test('a model on the boards of a core: those that fit first, waiting added where the flash has wait states', async (context) => {
  for (const tool of [await findCompiler('cortex-m0plus', 'gcc'), await findTool('qemu-system-arm')])
    if (!tool.available) return context.skip(`${tool.tool} is missing: ${tool.install}`);
  expect(boardCores()).toContain('cortex-m33');
  const boards = await boardsOfModel(readModel(sampleText('gru_many_zeros')), ['cortex-m0plus']);
  const at = (id: string, point: string) => boards.find((b) => b.board === id && b.point === point)!;
  expect(boards.every(({ fits, core }) => fits && core === 'cortex-m0plus')).toBe(true);
  expect(boards.map(({ seconds }) => seconds)).toEqual([...boards.map(({ seconds }) => seconds)].sort((a, b) => a - b));
  const [reset, fast] = [at('nucleo_g071rb', 'reset'), at('nucleo_g071rb', 'fast')];
  expect([reset.hz, reset.stalls, fast.hz]).toEqual([16_000_000, 0, 64_000_000]);
  expect(fast.stalls).toBeGreaterThan(0);
  expect(fast.stallsOfSteps!.reduce((a, b) => a + b, 0)).toBe(fast.stalls);
  expect(fast.seconds).toBeCloseTo((fast.cycles + fast.stalls!) / 64e6, 12);
});
