import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { loadBench } from '../../src/boards/board.js';
import { RUNNERS } from '../../src/boards/runners/index.js';
import { writePackage } from '../../src/build/replay.js';
import { buildProgram, STRICT_FLAGS } from '../../src/build/toolchain.js';
import type { PackageKind } from '../../src/compiler/5-emit/packages.js';
import { compile } from '../../src/compiler/compile.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { CORES, type CoreName } from '../../src/targets/cores.js';

/** A package in a firmware. */
export interface Part {
  readonly name: string;
  readonly files: ReadonlyMap<string, string>;
}

/** The text of the model of a sample. */
export const sampleText = (sample: string): Promise<string> =>
  readFile(join(PACKAGE_ROOT, 'test/samples', sample, 'model.json'), 'utf8');

/** A sample of test/samples as a package. */
export async function part(
  name: string,
  sample: string,
  kind: PackageKind,
  core: CoreName,
  objective: 'speed' | 'size' | 'balanced' = 'balanced',
): Promise<Part> {
  return { name, files: compile(await sampleText(sample), { core, name, package: kind, objective }).files };
}

/** How the C of packages comes into a program. */
export const FORMS = [
  'objects',
  'objects, nothing dropped',
  'libraries',
  'whole libraries',
  'one folder',
  'link-time optimization',
  'no optimization',
] as const;
export type Form = (typeof FORMS)[number];

export interface Program {
  readonly core: CoreName;
  readonly form: Form;
  /** An empty folder. */
  readonly directory: string;
  readonly compiler?: 'gcc' | 'clang';
  /** The compiler takes the C for C++. */
  readonly cpp?: boolean;
}

export interface Outcome {
  /** Bit k is set where the self-test of part k failed; 128 and more: the program crashed. */
  readonly failed: number;
  readonly executable: string;
}

const PREFIX = { host: '', 'arm-none-eabi': 'arm-none-eabi-' } as const;

/** Name of a tool for a core. */
export const tool = (core: CoreName, name: string): string => PREFIX[CORES[core].compiler] + name;

/** The C files that every user of a package compiles; not examples and harnesses. */
const sourcesOf = (files: ReadonlyMap<string, string>): string[] =>
  [...files.keys()].filter(
    (path) => path.endsWith('.c') && !/^(examples|samples)\//.test(path) && !/_(proof|replay|firmware)\.c$/.test(path),
  );

/** Folders of the headers of a package, as its build system gives them: sources find the rest beside themselves. */
const foldersOf = ({ name, files }: Part): string[] =>
  [...files.keys()].filter((path) => path.endsWith(`/${name}.h`) || path === `${name}.h`).map(dirname);

/** A program that returns the parts whose self-test failed, one bit each. */
export const mainText = (names: readonly string[]): string =>
  [
    ...names.map((name) => `#include "${name}.h"`),
    ...names.flatMap((n) => [`static ${n}_state_t state_${n};`, `static ${n}_scratch_t scratch_${n};`]),
    'int main(void)\n{\n    int failed = 0;',
    ...names.map(
      (n, k) => `    if (${n}_selftest(&state_${n}, &scratch_${n}) != 0) {\n        failed |= ${1 << k};\n    }`,
    ),
    '    return failed;\n}\n',
  ].join('\n');

/** Compiles every part with headers of its own, links all in their order, and runs the self-tests. */
export async function runParts(parts: readonly Part[], program: Program): Promise<Outcome> {
  const [outcome] = await runOrders(parts, [parts.map((_, k) => k)], program);
  return outcome!;
}

/** The same, linked in several orders: the places of parts, first to last. */
export async function runOrders(
  parts: readonly Part[],
  orders: readonly (readonly number[])[],
  program: Program,
): Promise<Outcome[]> {
  const { form, directory } = program;
  const merged = form === 'one folder';
  const headers = parts.flatMap((part) =>
    foldersOf(part).map((folder) => join(directory, merged ? 'all' : part.name, folder)),
  );
  const linked: string[][] = [];
  for (const [k, { name, files }] of (merged ? [merge(parts)] : parts).entries()) {
    const place = join(directory, name);
    await writePackage(files, place);
    const own = merged ? headers : foldersOf(parts[k]!).map((folder) => join(place, folder));
    linked.push(await compileObjects(place, sourcesOf(files), own, program));
  }
  const source = join(directory, 'main.c');
  await writeFile(source, mainText(parts.map((p) => p.name)));
  const outcomes: Outcome[] = [];
  for (const order of merged ? [[0]] : orders) {
    const objects = order.flatMap((k) => linked[k]!);
    const { exitCode, executable } = await link([source, ...objects], headers, program);
    outcomes.push({ failed: exitCode, executable });
  }
  return outcomes;
}

/** All packages copied over each other. */
const merge = (parts: readonly Part[]): Part => ({
  name: 'all',
  files: new Map(parts.flatMap(({ files }) => [...files])),
});

/** What the linker gets of a package: objects, or a library of them. */
async function compileObjects(
  place: string,
  sources: readonly string[],
  headers: readonly string[],
  { core, form, compiler = 'gcc', cpp = false }: Program,
): Promise<string[]> {
  const objects = join(place, 'objects');
  await mkdir(objects, { recursive: true });
  // clang calls the unused inline functions of a single file unused
  const language = cpp
    ? ['-x', 'c++', '-Wall', '-Wextra', '-Werror']
    : [...STRICT_FLAGS, ...(compiler === 'clang' ? ['-Wno-unused-function'] : [])];
  const command = compiler === 'clang' ? 'clang' : tool(core, cpp ? 'g++' : 'gcc');
  await execa(
    command,
    [
      ...[...CORES[core].flags, ...language, form === 'no optimization' ? '-O0' : '-O2'],
      ...(form === 'objects, nothing dropped' ? [] : ['-ffunction-sections', '-fdata-sections']),
      ...(form === 'link-time optimization' ? ['-flto'] : []),
      ...headers.map((folder) => `-I${folder}`),
      ...['-c', ...sources.map((path) => join(place, path))],
    ],
    { cwd: objects, all: true },
  );
  const made = sources.map((path) => join(objects, path.replace(/^.*\//, '').replace(/\.c$/, '.o')));
  if (!form.endsWith('libraries')) return made;
  const library = join(place, 'library.a');
  await execa(tool(core, 'ar'), ['rcs', library, ...made]);
  return form === 'whole libraries' ? ['-Wl,--whole-archive', library, '-Wl,--no-whole-archive'] : [library];
}

/** Links and runs a program; `sources` may hold objects and libraries. */
export async function link(
  sources: readonly string[],
  includeDirectories: readonly string[],
  { core, form, directory, compiler = 'gcc' }: Program,
): Promise<{ readonly exitCode: number; readonly executable: string }> {
  const board = loadBench(CORES[core].board);
  const executable = await buildProgram({
    ...{ board, core, sources, includeDirectories, compiler, output: join(directory, 'program.elf') },
    extraFlags: form === 'objects, nothing dropped' ? ['-Wl,--no-gc-sections'] : [],
  });
  const { exitCode } = await RUNNERS[board.runner].run(board, { executable, directory, timeoutMs: 120_000 });
  return { exitCode, executable };
}
