import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { BOARDS_DIRECTORY, loadBench } from '../../src/boards/board.js';
import { RUNNERS } from '../../src/boards/runners/index.js';
import { requireTool } from '../../src/boards/tools.js';
import { buildProgram, runTool } from '../../src/build/toolchain.js';
import { CORES } from '../../src/targets/cores.js';
import type { Surroundings } from './surroundings.js';

/** A program in a folder: absolute paths of its C files and headers. */
export interface Sources {
  readonly files: readonly string[];
  readonly includeDirectories: readonly string[];
  /** What the program reads. */
  readonly input?: Uint8Array;
}

/** Names of the functions that a C file defines. */
export const functionsOf = (text: string): string[] =>
  [...text.matchAll(/^(?:[a-z_]\w*|RNNQ_KEPT)[ *\w]*?\b(\w+)\([^;]*?\)\n\{/gm)].map((match) => match[1]!);

/** The linker script of the boards with every function at a place modulo 4, where its own alignment is not larger. */
function linkerScript(functions: readonly string[], place: number): string {
  const all = '*(.text .text.*)';
  const script = readFileSync(join(BOARDS_DIRECTORY, 'common', 'linker.ld'), 'utf8');
  if (!script.includes(all)) throw new Error('linker.ld places code in another way than this test knows');
  const one = (name: string) => `. = ALIGN(4) + ${place};\n    *(.text.${name} .text.${name}.*)\n    `;
  return script.replace(all, `${[...new Set(functions)].map(one).join('')}${all}`);
}

/** The flags, and a macro for what the preprocessor does not see. */
const flagsOf = ({ flags }: Surroundings): string[] => [
  ...flags,
  ...(flags.includes('-ffixed-r9') ? ['-DRNNQ_RESERVED_R9'] : []),
];

/** Compiles with clang what gcc then links: the C needs no headers but the compiler's own. */
async function objectsOfClang(sources: Sources, around: Surroundings, directory: string): Promise<string[]> {
  const clang = await requireTool('clang');
  const objects: string[] = [];
  for (const file of sources.files) {
    const object = join(directory, `${basename(file)}.o`);
    await runTool(clang.path, [
      ...[
        '--target=arm-none-eabi',
        ...CORES[around.core].flags,
        '-std=c99',
        '-ffreestanding',
        around.optimization,
        ...flagsOf(around),
      ],
      ...['-ffunction-sections', '-fdata-sections', '-Wall', '-Werror', '-Wno-unused-command-line-argument'],
      ...sources.includeDirectories.map((folder) => `-I${folder}`),
      ...[`-I${join(BOARDS_DIRECTORY, 'common')}`, '-c', file, '-o', object],
    ]);
    objects.push(object);
  }
  return objects;
}

/** Builds a program in its surroundings, runs it; gives what it wrote. Anything but exit code 0 is an error. */
export async function buildAndRun(sources: Sources, around: Surroundings): Promise<Uint8Array> {
  const board = loadBench(CORES[around.core].board);
  const directory = await mkdtemp(join(tmpdir(), 'rnnq-flags-'));
  try {
    const texts = await Promise.all(sources.files.map((file) => readFile(file, 'utf8')));
    const script = join(directory, 'linker.ld');
    await writeFile(script, linkerScript(texts.flatMap(functionsOf), around.place));
    if (sources.input !== undefined) await writeFile(join(directory, 'input.bin'), sources.input);
    const files = around.compiler === 'gcc' ? sources.files : await objectsOfClang(sources, around, directory);
    const executable = await buildProgram({
      ...{ board, core: around.core, sources: files, includeDirectories: sources.includeDirectories },
      ...{ optimization: around.optimization, output: join(directory, 'program.elf'), linkerScript: script },
      // what is compiled with a size of enum links with libraries of another, objects of clang with those of gcc
      extraFlags: ['-Wl,--no-enum-size-warning,--no-wchar-size-warning,--no-warn-execstack', ...flagsOf(around)],
      // some flags make gcc warn: strict C is for the tests of C
      strict: false,
    });
    const { exitCode, console, timedOut } = await RUNNERS[board.runner].run(board, {
      executable,
      directory,
      timeoutMs: 60_000,
    });
    if (exitCode !== 0) throw new Error(`exit code ${exitCode}${timedOut ? ', not in time' : ''}: ${console.trim()}`);
    return await readFile(join(directory, 'output.bin')).catch(() => new Uint8Array());
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
