import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { missingTool } from '../../src/cli/commands/verify.js';
import { compile } from '../../src/compiler/compile.js';
import { printProgram } from '../../src/ir/print.js';
import { CORES, type CoreName } from '../../src/targets/cores.js';
import { verify } from '../../src/verify.js';

const FOLDER = import.meta.dirname;
const SAMPLES = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
/** RNNQ_BLESS=text rewrites program.txt, RNNQ_BLESS=golden the golden hashes: a changed golden is changed semantics. */
const BLESS = process.env.RNNQ_BLESS;
const REQUIRED = process.env.RNNQ_REQUIRE_QEMU === '1';

function compare(path: string, text: string, kind: 'text' | 'golden'): void {
  if (BLESS === kind) writeFileSync(path, text);
  expect(existsSync(path) ? readFileSync(path, 'utf8') : '').toBe(text);
}

describe.each(SAMPLES.map((entry) => entry.name))('sample %s', (name) => {
  const text = readFileSync(join(FOLDER, name, 'model.json'), 'utf8');

  test('lowers to the recorded program', () => {
    const { program } = compile(text, { core: 'host' });
    if (name !== 'gru_digits') compare(join(FOLDER, name, 'program.txt'), printProgram(program), 'text');
  });

  test('gives the recorded golden', () => {
    const { golden } = compile(text, { core: 'host' });
    const hashes = golden.hashes.map((h) => h.toString(16).padStart(8, '0')).join('\n');
    compare(join(FOLDER, name, 'golden.txt'), `${hashes}\n`, 'golden');
  });

  test.each(Object.keys(CORES) as CoreName[])('is bit-exact on %s', async (core) => {
    const missing = await missingTool(core);
    if (missing !== null && !REQUIRED) {
      console.warn(`SKIPPED ${core}: ${missing}`);
      return;
    }
    const result = await verify(compile(text, { core }), { core });
    expect(result).toMatchObject({ passed: true, differences: 0, failure: null });
    expect(result.steps).toBeGreaterThan(32);
  });
});
