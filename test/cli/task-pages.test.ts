import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { SeededRandom } from '../../src/fixed/random.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { boardsToTest } from '../unit/boards/tool-check.js';

// The commands of docs/regression.md on a small table; they run dist/, which `npm test` builds first.
const MAIN = join(PACKAGE_ROOT, 'dist', 'cli', 'main.js');
const folder = mkdtempSync(join(tmpdir(), 'rnnq-regression-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Engines that wear out: a sensor rises with noise, and so many cycles are left. */
function engines(): string {
  const random = new SeededRandom(7);
  const rows = ['sequence,heat [K],load,rul [cycles]'];
  for (let engine = 0; engine < 80; engine++) {
    const [life, end] = [60 + random.integer(40), 10 + random.integer(45)];
    for (let t = Math.max(0, end - 12); t < end; t++)
      rows.push(`e${engine},${600 + 40 * (t / life) + random.gaussian()},${random.gaussian()},${life - t}`);
  }
  return `${rows.join('\n')}\n`;
}

test('the commands of docs/regression.md', { timeout: 240_000 }, async (context) => {
  const { skipped } = (await boardsToTest()).find(({ id }) => id === 'qemu_cortex_m0')!;
  if (skipped) return context.skip('a compiler or emulator for qemu_cortex_m0 is missing');
  writeFileSync(join(folder, 'engine.csv'), engines());
  const doc = readFileSync(join(PACKAGE_ROOT, 'docs/regression.md'), 'utf8');
  const commands = /```\n(rnnq [\s\S]*?)```/.exec(doc)![1]!.trim().split('\n');
  const said: string[] = [];
  for (const command of commands) {
    const [, ...args] = command.split(' ');
    const small = args[0] === 'train' ? ['--units', '8', '--steps', '150', '--rate', '0.02', '--batch', '16'] : [];
    const { stdout, stderr, exitCode } = await execa(process.execPath, [MAIN, ...args, ...small], {
      cwd: folder,
      reject: false,
    });
    expect([command, exitCode, exitCode === 0 ? '' : stderr]).toEqual([command, 0, '']);
    said.push(stdout);
  }
  expect(said[0]).toMatch(/rul \[cycles\] to be predicted/);
  expect(said[1]).toMatch(/validation RMSE [\d.]+ cycles, test RMSE [\d.]+ cycles/);
  const { task, labels, outputs, training } = JSON.parse(readFileSync(join(folder, 'engine.json'), 'utf8'));
  expect({ task, labels, outputs }).toMatchObject({
    task: 'regress',
    labels: [],
    outputs: [{ name: 'rul', unit: 'cycles' }],
  });
  // the mean alone gives the spread
  expect(training.testRmse).toBeLessThan(0.8 * outputs[0].scale);
  expect(said[2]).toMatch(/network +RMSE, cycles +MAE, cycles +R2 [\s\S]*fixed point +[\d.]+/);
  expect(readFileSync(join(folder, 'engine/include/engine.h'), 'utf8')).toMatch(
    /#define ENGINE_OUTPUT_RUL_DECIMALS \d[\s\S]*int32_t engine_value_rul\(const int16_t y\[ENGINE_OUTPUT_SIZE\]\);/,
  );
  expect(said[4]).toBe('0 differences on 1 cores; 0 beside float');
});
