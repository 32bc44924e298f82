import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BenchBoard } from '../../../src/boards/board.js';
import { RUNNERS } from '../../../src/boards/runners/index.js';
import type { RunResult } from '../../../src/boards/runners/runner.js';
import { buildProgram, findCompiler } from '../../../src/build/toolchain.js';
import { some } from '../../whole.js';
import { ECHO, FAULT, SPIN, STACK_FAULT, UNALIGNED } from './programs.js';
import { boardsToTest } from './tool-check.js';

const TEST_MS = 60_000;
const boards = await boardsToTest();
const clang = await findCompiler('host', 'clang');

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rnnq-runners-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

interface Options {
  readonly input?: Uint8Array;
  readonly timeoutMs?: number;
  readonly build?: Partial<Parameters<typeof buildProgram>[0]>;
}

/** Builds a program for a board and runs it in a folder of its own. */
async function buildAndRun(
  board: BenchBoard,
  program: string,
  options: Options = {},
): Promise<RunResult & { directory: string }> {
  const directory = await mkdtemp(join(root, `${board.id}-`));
  const source = join(directory, 'program.c');
  await writeFile(source, program);
  await writeFile(join(directory, 'output.bin'), 'stale');
  if (options.input) await writeFile(join(directory, 'input.bin'), options.input);
  const output = join(directory, 'program');
  const executable = await buildProgram({ board, sources: [source], includeDirectories: [], output, ...options.build });
  const request = { executable, directory, timeoutMs: options.timeoutMs ?? 30_000 };
  return { ...(await RUNNERS[board.runner].run(board, request)), directory };
}

/** 1401 bytes: more than the buffer of io_semihosting.c twice, and one byte that is no pair. */
const input = Uint8Array.from({ length: 1401 }, (_, index) => (index * 7) & 255);
const echoed = input.slice(0, 1400).map((value, index) => (index % 2 === 0 ? value ^ 1 : value));

for (const { id, board, skipped } of boards) {
  describe.skipIf(skipped)(id, () => {
    test.each(some(1, ['-O0', '-O2', '-Os'] as const))(
      'reads, writes, prints and exits at %s',
      { timeout: TEST_MS },
      async (optimization) => {
        const result = await buildAndRun(board, ECHO, { input, build: { optimization } });
        expect(result).toMatchObject({
          exitCode: (7 + 700) & 255,
          timedOut: false,
          lockedUp: false,
        });
        expect(result.console.trim()).toBe('echo done');
        expect(new Uint8Array(await readFile(join(result.directory, 'output.bin')))).toEqual(echoed);
      },
    );

    test('has no input without input.bin, and no output of an earlier run', { timeout: TEST_MS }, async () => {
      const result = await buildAndRun(board, ECHO);
      expect(result.exitCode).toBe(7);
      await expect(readFile(join(result.directory, 'output.bin'))).rejects.toThrow('ENOENT');
    });

    test('notices a jump to nowhere', { timeout: TEST_MS }, async () => {
      const result = await buildAndRun(board, FAULT);
      expect(result).toMatchObject({ timedOut: false, lockedUp: true });
      expect(result.exitCode).not.toBe(0);
    });

    test('stops a program that does not end', { timeout: TEST_MS }, async () => {
      const result = await buildAndRun(board, SPIN, { timeoutMs: 400 });
      expect(result).toMatchObject({ timedOut: true, lockedUp: false });
    });

    if (board.runner === 'host') return;

    test('notices a broken stack', { timeout: TEST_MS }, async () => {
      expect(await buildAndRun(board, STACK_FAULT)).toMatchObject({ timedOut: false, lockedUp: true });
    });

    test('faults on an unaligned load as its core does', { timeout: TEST_MS }, async () => {
      const result = await buildAndRun(board, UNALIGNED);
      expect(result.lockedUp).toBe(board.core === 'cortex-m0');
      expect(result.exitCode === 0).toBe(board.core !== 'cortex-m0');
    });
  });
}

const host = boards.find(({ id }) => id === 'host')!;
if (!clang.available) console.warn(`SKIPPED: tests with clang (${clang.install})`);
test.skipIf(!clang.available)('clang builds the same program', { timeout: TEST_MS }, async () => {
  const result = await buildAndRun(host.board, ECHO, { input: input.slice(0, 4), build: { compiler: 'clang' } });
  expect(result.exitCode).toBe(9);
});

const m0 = boards.find(({ id }) => id === 'qemu_cortex_m0')!;
test.skipIf(m0.skipped)('code for cortex-m0plus runs on the emulated cortex-m0', { timeout: TEST_MS }, async () => {
  const result = await buildAndRun(m0.board, ECHO, { input: input.slice(0, 4), build: { core: 'cortex-m0plus' } });
  expect(result.exitCode).toBe(9);
});
