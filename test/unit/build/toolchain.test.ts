import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadBoard } from '../../../src/boards/board.js';
import { TOOLS } from '../../../src/boards/tools.js';
import { checkTools } from '../../../src/build/doctor.js';
import { buildProgram, findCompiler } from '../../../src/build/toolchain.js';
import { boardsToTest } from '../boards/tool-check.js';

const boards = await boardsToTest();
const skipOn = (id: string): boolean => boards.find((board) => board.id === id)!.skipped;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rnnq-toolchain-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true, force: true });
});

const build = async (id: string, text: string): Promise<string> => {
  const source = join(directory, 'program.c');
  await writeFile(source, text);
  return buildProgram({
    board: loadBoard(id),
    sources: [source],
    includeDirectories: [],
    output: join(directory, 'a', 'b'),
  });
};

describe('buildProgram', () => {
  test.skipIf(skipOn('host'))('is strict: a warning is an error that names command and place', async () => {
    const failing = build('host', 'int main(void) { short x = 70000; return x; }');
    await expect(failing).rejects.toThrow(/tool_failed at gcc: failed: .*program\.c:1.*conversion/);
  });

  test.skipIf(skipOn('qemu_cortex_m0'))('leaves room for the stack', async () => {
    const program = (bytes: number): string =>
      `static volatile char big[${bytes}]; int main(void) { big[1] = 2; return big[${bytes} - 1]; }`;
    await expect(build('qemu_cortex_m0', program(13000))).resolves.toContain(directory);
    await expect(build('qemu_cortex_m0', program(15000))).rejects.toThrow('too little RAM left for the stack');
  });

  test('says what to install where there is no compiler', async () => {
    vi.stubEnv('PATH', directory);
    expect(await findCompiler('host')).toMatchObject({ available: false, tool: 'gcc' });
    await expect(build('qemu_cortex_m4', '')).rejects.toThrow(
      /compiler_missing.*arm-none-eabi-gcc[\s\S]*apt-get install/,
    );
  });

  test('compiles for Cortex-M with gcc only', async () => {
    expect(await findCompiler('cortex-m4', 'clang')).toMatchObject({ available: false });
  });
});

describe('checkTools', () => {
  test('lists every tool with what it is for and how to get it', async () => {
    const tools = await checkTools();
    const names = tools.map(({ name }) => name);
    const [libraryAt, ...others] = [names.indexOf('newlib for Cortex-M'), ...names];
    expect(libraryAt).toBe(names.indexOf('arm-none-eabi-gcc') + 1);
    expect(others.filter((name) => name !== 'newlib for Cortex-M')).toEqual(Object.keys(TOOLS));
    for (const tool of tools) {
      expect(tool.install).toMatch(/^apt-get install -y \S+$|^python3 -m pip install \S+$|^see \S+, /);
      expect(tool.purpose).not.toBe('');
      expect(tool.found === null).toBe(tool.version === null);
    }
    expect(tools[0]).toMatchObject({ name: 'node', version: process.version });
  });

  test('knows what is missing', async () => {
    vi.stubEnv('PATH', directory);
    for (const tool of await checkTools()) expect(tool).toMatchObject({ found: null, version: null });
  });
});
