import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SeededRandom } from '../../src/fixed/random.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { TEST_MS, withoutEmulator } from '../boards/sample.js';
import { wavFile } from '../unit/data/wav-file.js';
import { runCommand } from './run-command.js';

// The commands of examples/spoken-digits on tones instead of words.
const readme = readFileSync(join(PACKAGE_ROOT, 'examples/spoken-digits/README.md'), 'utf8');
const commands = /```sh\n([\s\S]*?)```/
  .exec(readme)![1]!
  .split('\n')
  .filter((line) => line.startsWith('rnnq '));
const SMALL = ['--units', '8', '--epochs', '3', '--batch', '8', '--rate', '0.03'];
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rnnq-digits-'));
  mkdirSync(join(folder, 'recordings'));
  const random = new SeededRandom(5);
  for (const digit of [1, 2, 3])
    for (const speaker of ['ann', 'bob', 'theo'])
      for (let n = 0; n < 12; n++) {
        const phase = random.integer(100);
        const tone = (k: number) => 0.2 * Math.sin(0.4 * digit * k + phase) + 0.01 * random.gaussian();
        const file = wavFile(Array.from({ length: 2400 }, (_, k) => tone(k)));
        writeFileSync(join(folder, 'recordings', `${digit}_${speaker}_${n}.wav`), file);
      }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Words of a command line of the page, in which only single quotes occur. */
const wordsOf = (command: string): string[] =>
  [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!).slice(1);

test('from a WAV file to text on emulated M0, M4 and M55', { timeout: 2 * TEST_MS }, async (context) => {
  if (withoutEmulator) return context.skip('no compiler for Cortex-M, or no QEMU');
  const texts: string[] = [];
  for (const command of commands) {
    const [name, ...args] = wordsOf(command.replace('examples/', `${PACKAGE_ROOT}examples/`));
    const small = name === 'train' ? SMALL : [];
    const { stdout, stderr, exitCode } = await runCommand([name!, ...args, ...small], folder);
    expect([command, exitCode, exitCode === 0 ? '' : stderr]).toEqual([command, 0, '']);
    if (name === 'run') texts.push(stdout);
  }
  expect(texts).toHaveLength(3);
  for (const text of texts)
    expect(text).toMatch(/^qemu_cortex_m\d+ on QEMU's model: 18 frames of 0\.3 s equal the twin, selftest 0\n3\n/);
});
