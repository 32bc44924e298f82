import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { countingBoard } from '../../../src/boards/board.js';
import { RUNNERS } from '../../../src/boards/runners/index.js';
import { findCompiler } from '../../../src/build/toolchain.js';
import { compile } from '../../../src/compiler/compile.js';
import { measureCycles } from '../../../src/cycles.js';
import { PACKAGE_ROOT } from '../../../src/package-root.js';
import { formatCycles } from '../../../src/report/cycles-text.js';
import { CORES, type CoreName } from '../../../src/targets/cores.js';
import { some } from '../../whole.js';

const REQUIRED = process.env.RNNQ_REQUIRE_QEMU === '1';
const tools = [await findCompiler('cortex-m4'), await RUNNERS.qemu.available(), await findCompiler('host', 'gcc')];
const missing = REQUIRED ? undefined : tools.find((tool) => !tool.available);
if (missing !== undefined) console.warn(`SKIPPED: counting cycles, because ${missing.tool} is missing`);

const compileSample = (sample: string, core: CoreName) =>
  compile(readFileSync(join(PACKAGE_ROOT, 'test', 'samples', sample, 'model.json'), 'utf8'), { core });
const cores = (Object.keys(CORES) as CoreName[]).filter((core) => core !== 'host');

describe.skipIf(missing !== undefined)('cycles', () => {
  // 100 random inputs, states as they come: the time of a step does not depend on the data
  test.each(some(2, cores))('every call and loop takes the same instructions for all data on %s', async (core) => {
    const compilation = compileSample('gru_digits', core);
    const { steps, instructions, cycles } = await measureCycles(compilation, core, { count: 100 });
    expect(steps.filter((s) => s.instructions.min !== s.instructions.max)).toEqual([]);
    expect(steps.map((s) => s.kind)).toEqual(
      [...compilation.plan.steps.advance, ...compilation.plan.steps.output].map((s) => s.kind),
    );
    const sum = steps.reduce((total, s) => total + s.instructions.max, 0);
    expect([instructions.min, instructions.max]).toEqual([sum, sum]);
    expect(cycles!.min).toBeGreaterThan(instructions.min / 2.1);
  });

  test('cycles that were estimated for the calls are near those that are counted', async () => {
    for (const core of some(2, ['cortex-m0plus', 'cortex-m3', 'cortex-m4', 'cortex-m55'] as const)) {
      const compilation = compileSample('gru_digits', core);
      const { steps } = await measureCycles(compilation, core, { count: 2 });
      const calls = steps.filter((s) => s.kind === 'call');
      calls.forEach((call, k) => {
        const { chosen } = compilation.plan.choices[k]!;
        expect([core, chosen.symbol, Math.abs(chosen.cycles / call.cycles!.max - 1) < 0.08]).toEqual([
          core,
          call.name,
          true,
        ]);
      });
    }
  });

  test('one-hot input, and the text', async () => {
    const text = formatCycles(
      await measureCycles(compileSample('lstm_one_hot', 'cortex-m4'), 'cortex-m4', { count: 3 }),
    );
    expect(text).toContain('rnnq_gather_');
    expect(text).toContain('Cortex-M4 and M33, Cortex-M4 TRM');
  });

  test('without plugins there are instructions, to a few of a call, and no cycles', async () => {
    const compilation = compileSample('gru_digits', 'cortex-m4');
    const exact = await measureCycles(compilation, 'cortex-m4', { count: 3 });
    const found = await measureCycles(compilation, 'cortex-m4', { count: 3, plugins: false });
    expect(found.steps.map((s) => s.name)).toEqual(exact.steps.map((s) => s.name));
    found.steps.forEach((step, k) => {
      const difference = Math.abs(step.instructions.max - exact.steps[k]!.instructions.max);
      expect([step.name, difference < 16, step.cycles]).toEqual([step.name, true, null]);
    });
    expect(formatCycles(found)).toMatch(/all +\d+( - \d+)? +not available/);
  });

  test('the computer itself has no cycles, and that is said', async () => {
    await expect(measureCycles(compileSample('gru_digits', 'host'), 'host')).rejects.toThrow(/no_cycles.*cortex-m4/s);
  });

  test('code of Armv6-M is counted where there is memory for it', () => {
    expect(countingBoard('cortex-m0plus')).toBe('qemu_cortex_m3');
    expect(countingBoard('cortex-m4')).toBe('qemu_cortex_m4');
  });
});
