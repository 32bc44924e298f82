import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findCompiler } from '../../../src/build/toolchain.js';
import { cComment, cFloat, cInitialiser, cInteger, cString } from '../../../src/compiler/5-emit/c-names.js';
import { strictView } from '../../../src/compiler/5-emit/strict-view.js';
import { compileModel } from '../../../src/compiler/compile.js';
import { BugError } from '../../../src/diagnostics.js';
import { isName } from '../../../src/ir/name.js';
import { buildModel } from '../../../src/quantizers/build-model.js';
import { realNetwork } from './small-network.js';

const HOSTILE = [
  ...[
    '*/ int evil; /*',
    '"; system("x"); "',
    '%n%s',
    '??/',
    '??/\n',
    'a\\',
    '\\"',
    'line\nbreak',
    '\r',
    '\u2028',
    'é漢😀',
    '\ud800',
  ],
  ...[
    '//',
    '/*',
    '*//*/',
    '**//',
    '/**/',
    '<script>',
    '`rm`',
    '$(x)',
    '#include',
    '\u0000',
    '\u001b[31m',
    '123',
    '',
    '\\x41',
    '?'.repeat(9),
  ],
];

describe('cString', () => {
  test.each(HOSTILE)('%j is one literal of printable ASCII', (text) => {
    expect(cString(text)).toMatch(/^"(?:[^"\\?]|\\[0-7]{3})*"$/);
    expect(cString(text)).not.toMatch(/[^\x20-\x7e]/);
  });

  test('octal escapes stand for the bytes of the text', () => {
    for (const text of HOSTILE) {
      const bytes: number[] = [];
      for (const [, octal, char] of cString(text)
        .slice(1, -1)
        .matchAll(/\\([0-7]{3})|(.)/g))
        bytes.push(octal === undefined ? char!.charCodeAt(0) : Number.parseInt(octal, 8));
      expect(Buffer.from(bytes)).toEqual(Buffer.from(new TextEncoder().encode(text)));
    }
  });
});

describe('cComment', () => {
  test.each(HOSTILE)('%j stays in its comment and its line', (text) => {
    expect(cComment(text)).not.toMatch(/\*\/|\/\*|[<>`\\\n\r]/);
    expect(cComment(text)).toMatch(/^[\x20-\x7e]*$/);
  });
  test('is short', () => {
    expect(cComment('x'.repeat(10_000)).length).toBeLessThanOrEqual(200);
  });
});

test('numbers', () => {
  expect([0, -5, 2147483647, -2147483648].map(cInteger)).toEqual(['0', '-5', 'INT32_MAX', 'INT32_MIN']);
  expect([0, -0, 1, -2.5, 1e30, 1e-7, 0.1, 16777217, 2 ** 127, 123456789012345].map(cFloat)).toEqual([
    '0.0f',
    '0.0f',
    '1.0f',
    '-2.5f',
    '1e+30f',
    '1e-7f',
    '0.1f',
    '16777216.0f',
    '1.7014118e+38f',
    '123456790000000.0f',
  ]);
  expect(cInitialiser([1, 2, 3], 2)).toBe('    1, 2,\n    3');
});

test('names', () => {
  for (const name of ['a', 'kws', 'A_1', 'x'.repeat(48), 'gru_1', 'model'])
    expect([name, isName(name)]).toEqual([name, true]);
  const bad = [
    '',
    '1a',
    '_a',
    'a-b',
    'a b',
    'x; system(1)',
    '../../x',
    'x'.repeat(49),
    'é',
    'a\n',
    'rnnq',
    'RNNQ_x',
    '__proto__',
  ];
  for (const name of [...bad, 'stdint', 'STDIO', 'string', 'test', 'install', 'int16', 'uint8', 'main', 'arm_acle'])
    expect([name, isName(name)]).toEqual([name, false]);
});

describe('strictView', () => {
  const view = strictView({ a: 1, none: null, list: [{ b: 'x' }], bytes: Int8Array.of(1, 2) });
  test('gives what there is', () => {
    expect([view.a, view.none, view.list[0]!.b, view.list.map((v) => v.b).join(), view.bytes[1]]).toEqual([
      1,
      null,
      'x',
      'x',
      2,
    ]);
  });
  test.each<[string, () => unknown]>([
    ['an unknown field', () => (view as unknown as Record<string, unknown>).c],
    ['an unknown field of an element', () => (view.list[0] as unknown as Record<string, unknown>).c],
    ['an index beyond the list', () => view.list[1]],
    ['an unknown field through map', () => view.list.map((v) => (v as unknown as Record<string, unknown>).c)],
  ])('refuses %s', (_, read) => {
    expect(read).toThrow(BugError);
    expect(read).toThrow('a template asks for view');
  });
});

const gcc = await findCompiler('host');
test('a model full of hostile text compiles under all warnings', { timeout: 30_000 }, (context) => {
  if (!gcc.available) return context.skip(`gcc is missing: ${gcc.install}`);
  const model = {
    ...buildModel(realNetwork('lstm')),
    labels: ['*/ int evil; /*', '"; evil("', '%n??/', 'a\nb\\'],
    training: Object.fromEntries(HOSTILE.map((text, i) => [`${text}${i}`, text])),
    input: { size: 3, fraction: 5, offset: [-1e30, 1e30, 0], scale: [1e30, 1e-30, 3] },
  };
  const { files } = compileModel(model, { core: 'host' });
  const directory = mkdtempSync(join(tmpdir(), 'rnnq-hostile-'));
  try {
    const flags = ['-std=c99', '-pedantic', '-Wall', '-Wextra', '-Werror', '-trigraphs', '-fsyntax-only', '-I.'];
    const rename = (path: string) => path.split('/').at(-1)!;
    for (const [path, text] of files) writeFileSync(join(directory, rename(path)), text);
    const user = '#include "small.h"\ndouble offsets[] = SMALL_INPUT_OFFSETS;\ndouble gains[] = SMALL_INPUT_GAINS;\n';
    writeFileSync(join(directory, 'user.c'), user);
    execFileSync(gcc.path, [...flags, 'small.c', 'small_weights.c', 'small_selftest.c', 'user.c'], {
      cwd: directory,
      stdio: 'pipe',
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
