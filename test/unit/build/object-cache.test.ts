import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cachedObjects } from '../../../src/build/object-cache.js';

let folder: string;
let compiled: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rnnq-objects-'));
  vi.stubEnv('RNNQ_OBJECT_CACHE', join(folder, 'cache'));
  compiled = [];
  for (const place of ['a', 'b', 'include']) mkdirSync(join(folder, place));
  write('include/x.h', '#include "y.h"\n');
  write('include/y.h', '#define Y 1\n');
  for (const place of ['a', 'b'])
    write(`${place}/main.c`, '#include <stdint.h>\n#  include "x.h" // two\nint m = Y;\n');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const write = (path: string, text: string) => writeFileSync(join(folder, path), text);

/** Asks for the object of a source; an object is a copy of its source here. */
const objectOf = async (source: string, { flags = ['-O2'], version = '12' } = {}): Promise<string> => {
  const [object] = await cachedObjects([join(folder, source)], {
    ...{ compiler: { path: '/gcc', version }, flags, includeDirectories: [join(folder, 'include')] },
    compile: async (from, to) => {
      compiled.push(source);
      copyFileSync(from, to);
    },
  });
  return object!;
};

test('a file is compiled once, wherever it is', async () => {
  const object = await objectOf('a/main.c');
  expect(readFileSync(object, 'utf8')).toContain('int m');
  expect(object).toMatch(/main\.c\.o$/);
  expect(await objectOf('b/main.c')).toBe(object);
  expect(compiled).toEqual(['a/main.c']);
});

test.each<[string, () => Parameters<typeof objectOf>[1]]>([
  ['flag', () => ({ flags: ['-O3'] })],
  ['compiler', () => ({ version: '13' })],
  ['macro that a header names', () => ({ flags: ['-O2', '-DY=2'] })],
  [
    'header of a header',
    () => {
      write('include/y.h', '#define Y 2\n');
      return {};
    },
  ],
  [
    'header that comes first now',
    () => {
      write('a/y.h', '#define Y 2\n');
      write('a/x.h', '#include "y.h"\n');
      return {};
    },
  ],
  [
    'text',
    () => {
      write('a/main.c', 'int m;\n');
      return {};
    },
  ],
])('another %s: compiled again', async (_, change) => {
  const before = await objectOf('a/main.c');
  expect(await objectOf('a/main.c', change())).not.toBe(before);
  expect(compiled).toHaveLength(2);
});

test('a macro that nothing names: the same object', async () => {
  const before = await objectOf('a/main.c');
  expect(await objectOf('a/main.c', { flags: ['-O2', '-DBOARD=2'] })).toBe(before);
});

test('what cannot be known stays a source: an included macro, debug information; objects and libraries pass', async () => {
  write('a/any.c', '#include HEADER\n');
  expect(await objectOf('a/any.c')).toBe(join(folder, 'a/any.c'));
  expect(await objectOf('a/main.c', { flags: ['-g'] })).toBe(join(folder, 'a/main.c'));
  expect(await objectOf('a/library.a')).toBe(join(folder, 'a/library.a'));
  vi.stubEnv('RNNQ_OBJECT_CACHE', undefined);
  expect(await objectOf('a/main.c')).toBe(join(folder, 'a/main.c'));
  expect(compiled).toEqual([]);
});

test('a file that does not compile leaves no object', async () => {
  const failing = cachedObjects([join(folder, 'a/main.c')], {
    ...{ compiler: { path: '/gcc', version: '12' }, flags: [], includeDirectories: [] },
    compile: () => Promise.reject(new Error('refused')),
  });
  await expect(failing).rejects.toThrow('refused');
  await objectOf('a/main.c', { flags: [] });
  expect(compiled).toEqual(['a/main.c']);
});
