import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as rnnq from '../../src/index.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';

// The examples of docs/library.md, as they are, in a folder whose node_modules holds this package (built: dist/).
const page = readFileSync(join(PACKAGE_ROOT, 'docs', 'library.md'), 'utf8');
const examples = [...page.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, code]) => code!);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rnnq-library-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(PACKAGE_ROOT, join(folder, 'node_modules', 'rnnq'), 'dir');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the examples print, in their order: the later ones read the model.json of the first. */
const PRINTS = [
  /^accuracy on the test part: \d+\.\d %\n[\s\S]*gesture\.h \d+\n[\s\S]*\ntrue 0 of \d+ values differ\n$/,
  /^0\.\d+ 0\.\d+ \d+\nFloat64Array\(4\) [\s\S]*\n(circle|shake|swipe|tap)\n$/,
  /unknown_target --target .*cortex-m99[\s\S]*'cortex-m55'/,
];

test('the examples of docs/library.md run', { timeout: 120_000 }, async () => {
  expect(examples).toHaveLength(PRINTS.length);
  for (const [i, code] of examples.entries()) {
    writeFileSync(join(folder, `example${i}.mjs`), code);
    const { stdout } = await execa(process.execPath, [`example${i}.mjs`], { cwd: folder, stripFinalNewline: false });
    expect(stdout).toMatch(PRINTS[i]!);
  }
});

test('the table of exports names what there is', () => {
  const table = page.slice(page.indexOf('| export |'));
  const named = [...table.matchAll(/`([A-Za-z]+)(?:\([^`]*\))?`/g)].map(([, name]) => name!);
  const values = Object.keys(rnnq);
  expect(values.filter((name) => !named.includes(name))).toEqual([]);
});
