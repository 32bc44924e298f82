import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Footprint, type FootprintRequest, measureFootprint } from '../../../src/build/footprint.js';
import { LIBRARY_FRAMES } from '../../../src/build/library-frames.js';
import { runTool } from '../../../src/build/toolchain.js';
import { CORES, type CoreName } from '../../../src/targets/cores.js';
import { boardsToTest } from '../boards/tool-check.js';

const TEST_MS = 60_000;
const boards = await boardsToTest();
const isSkipped = (core: CoreName): boolean => boards.find(({ id }) => id === CORES[core].board)!.skipped;
const skipArm = isSkipped('cortex-m0');

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rnnq-footprint-test-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const measure = async (
  files: Readonly<Record<string, string>>,
  request: Partial<FootprintRequest> & Pick<FootprintRequest, 'entryPoints'>,
): Promise<Footprint> => {
  const directory = await mkdtemp(join(root, 'case-'));
  const sources = Object.keys(files).map((name) => join(directory, name));
  await Promise.all(sources.map((path, index) => writeFile(path, Object.values(files)[index]!)));
  return measureFootprint({ core: 'cortex-m0', sources, includeDirectories: [], ...request });
};

const FILES = {
  'one.c': `
    int small(volatile int *p);
    int large(volatile int *p);
    extern const int table[25];
    const int table[25] = {1, 2, 3};
    int counter = 5;
    int zeros[10];
    static int __attribute__((noinline)) inner(volatile int *p) { volatile int x[8]; x[0] = *p; return x[0] + 1; }
    int __attribute__((noinline)) small(volatile int *p) { return inner(p) + counter + zeros[*p] + table[*p]; }
    int large(volatile int *p) { volatile int x[100]; x[3] = *p; return small(x) + x[4]; }`,
  'two.c': `
    int other(volatile int *p);
    extern int counter;
    static int __attribute__((noinline)) inner(volatile int *p) { volatile int x[64]; x[0] = *p; return x[0] + 2; }
    int other(volatile int *p) { return inner(p) + inner(p + 1) + counter; }`,
};

describe.each(Object.keys(CORES) as CoreName[])('footprint on %s', (core) => {
  test.skipIf(isSkipped(core))('finds sizes and the order of stacks', { timeout: TEST_MS }, async () => {
    const footprint = await measure(FILES, { core, entryPoints: ['small', 'large', 'other'] });
    const [one, two] = footprint.objects;
    expect(one).toMatchObject({ source: 'one.c', rodata: 100, data: 4, bss: 40 });
    expect(two).toMatchObject({ source: 'two.c', rodata: 0, data: 0, bss: 0 });
    expect(one!.text).toBeGreaterThan(100);
    expect(footprint.total.text).toBe(one!.text + two!.text);

    const [small, large, other] = footprint.stack;
    expect(small!.path).toEqual(['small', 'inner']);
    expect(large!.path).toEqual(['large', 'small', 'inner']);
    expect(other!.path).toEqual(['other', 'inner']);
    expect(small!.bytes).toBeGreaterThanOrEqual(32);
    expect(large!.bytes).toBeGreaterThanOrEqual(small!.bytes + 400);
    expect(other!.bytes).toBeGreaterThanOrEqual(256);
    expect(other!.bytes).toBeLessThan(400);
    expect(footprint.unmeasured).toEqual([]);
    expect(footprint.compiler).toMatch(/gcc.*\d+\.\d+/);
  });
});

describe.skipIf(skipArm)('stack', () => {
  test('counts known library functions and names unknown ones', { timeout: TEST_MS }, async () => {
    const source = `
      #include <string.h>
      void mystery(char *p);
      void clear(char *p, unsigned n) { memset(p, 0, n); mystery(p); p[0] = 1; }
      void only_clear(char *p, unsigned n) { memset(p, 0, n); p[0] = 1; }`;
    const { stack, unmeasured } = await measure({ 'a.c': source }, { entryPoints: ['clear', 'only_clear'] });
    expect(stack[0]!.unmeasured).toEqual(['mystery']);
    expect(stack[1]!.path).toEqual(['only_clear', 'memset']);
    expect(stack[1]!.bytes).toBeGreaterThanOrEqual(LIBRARY_FRAMES.memset! + 4);
    expect(unmeasured).toEqual(['mystery']);
  });

  test('counts helpers that the call graph does not show', { timeout: TEST_MS }, async () => {
    const cases = Array.from({ length: 12 }, (_, i) => `case ${i}: p[${(i * 5) % 7}] += ${i * i}; break;`).join('\n');
    const source = `void choose(int *p, int k) { switch (k) { ${cases} default: p[0] = 0; } }`;
    const { stack } = await measure({ 'a.c': source }, { entryPoints: ['choose'], optimization: '-Os' });
    expect(stack[0]!.path[1]).toMatch(/^__gnu_thumb1_case_/);
    expect(stack[0]!.unmeasured).toEqual([]);
  });

  test.each([
    [
      'recursion',
      'recursion: f -> g -> f',
      'int g(int); int f(int n) { return n ? g(n - 1) * n : 1; } int __attribute__((noinline)) g(int n) { volatile int x = n; return f(x / 2) + x; }',
    ],
    ['a call through a pointer', 'call through a pointer: f', 'int f(int (*g)(int)) { return g(2) + 1; }'],
    ['a frame of variable size', 'frame is dynamic', 'void h(char *); void f(int n) { char x[n]; h(x); }'],
    ['a missing entry point', 'no function f', 'int g(void) { return 1; }'],
  ])('refuses %s', { timeout: TEST_MS }, async (_, message, source) => {
    await expect(measure({ 'a.c': source }, { entryPoints: ['f'], optimization: '-O1' })).rejects.toThrow(message);
  });

  test('refuses C that does not compile, with the tool and its complaint', { timeout: TEST_MS }, async () => {
    const failing = measure({ 'a.c': 'int f(void) { return nothing; }' }, { entryPoints: ['f'] });
    await expect(failing).rejects.toThrow(/tool_failed at .*arm-none-eabi-gcc[\s\S]*nothing/);
  });
});

/** Links one library function and adds up the pushes in its disassembly. */
async function disassembledFrame(core: CoreName, name: string): Promise<number> {
  const directory = await mkdtemp(join(root, 'library-'));
  const [source, program] = [join(directory, 'a.S'), join(directory, 'a.elf')];
  await writeFile(source, `.syntax unified\n.thumb\n.globl _start\n_start: ldr r0, =${name}\n`);
  await runTool('arm-none-eabi-gcc', [...CORES[core].flags, '-nostdlib', '-o', program, source, '-lc', '-lgcc']);
  const listing = await runTool('arm-none-eabi-objdump', ['-d', '--no-show-raw-insn', program]);
  expect(listing).not.toMatch(/\bsub(?:\.w|w)?\s+sp|\bblx\b/);
  let bytes = 0;
  for (const line of listing.split('\n')) {
    const list = /\b(?:push|stmdb\s+sp!,)\s*\{([^}]*)\}/.exec(line);
    if (list) bytes += 4 * list[1]!.split(',').length;
    const single = /\[sp, #-(\d+)\]!/.exec(line);
    if (single) bytes += Number(single[1]);
  }
  return bytes;
}

const libraryRows = (['cortex-m0', 'cortex-m3', 'cortex-m4', 'cortex-m33', 'cortex-m55'] as const).flatMap((core) =>
  Object.entries(LIBRARY_FRAMES)
    .filter(([name]) => core === 'cortex-m0' || !name.startsWith('__gnu_thumb1'))
    .map(([name, bytes]) => ({ core, name, bytes })),
);
test.skipIf(skipArm).each(libraryRows)(
  '$name on $core takes no more than $bytes bytes of stack',
  { timeout: TEST_MS },
  async ({ core, name, bytes }) => {
    expect(await disassembledFrame(core, name)).toBeLessThanOrEqual(bytes);
  },
);
