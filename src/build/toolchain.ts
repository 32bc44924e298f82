import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import {
  BOARDS_DIRECTORY,
  type Board,
  type ClockName,
  type DeviceBoard,
  type QemuBoard,
  STACK_BYTES,
} from '../boards/board.js';
import { toolFailed } from '../boards/diagnostics.js';
import { type Availability, findNewlib, findTool } from '../boards/tools.js';
import { bug, fail } from '../diagnostics.js';
import { toolRefused } from '../system-errors.js';
import { CORES, type CoreName } from '../targets/cores.js';
import { cachedObjects } from './object-cache.js';

/** The language and the warnings all C of rnnq must pass, on gcc and clang. */
export const STRICT_FLAGS: readonly string[] = [
  ...['-std=c99', '-pedantic', '-Wall', '-Wextra', '-Wconversion', '-Wshadow', '-Werror'],
];

export type CompilerKind = 'gcc' | 'clang';
/** The optimization levels of gcc. */
export const OPTIMIZATIONS = ['-O0', '-Og', '-O1', '-Os', '-Oz', '-O2', '-O3', '-Ofast'] as const;
export type Optimization = (typeof OPTIMIZATIONS)[number];

export interface BuildRequest {
  readonly board: Board;
  /** Absolute paths of C files; one defines main. Start-up, input and output come from boards/common. */
  readonly sources: readonly string[];
  readonly includeDirectories: readonly string[];
  /** Absolute path of the program to write; its folder is made. */
  readonly output: string;
  /** Without it gcc, or clang where this computer has no gcc. */
  readonly compiler?: CompilerKind;
  /** Compile for a core other than the board's that the board can run, such as cortex-m0plus on qemu_cortex_m0. */
  readonly core?: CoreName;
  /** Default -O2. */
  readonly optimization?: Optimization;
  readonly extraFlags?: readonly string[];
  /** Absolute path of a linker script; default boards/common/linker.ld. */
  readonly linkerScript?: string;
  /** Compile everything with STRICT_FLAGS; default true. */
  readonly strict?: boolean;
  /** At which clock a device runs; default that after reset. */
  readonly clock?: ClockName;
}

/** The compiler for a core, or what to install. Cortex-M is compiled with gcc only. */
export async function findCompiler(core: CoreName, which?: CompilerKind): Promise<Availability> {
  if (CORES[core].compiler === 'arm-none-eabi') {
    if (which === 'clang') return { available: false, tool: `clang for ${core}`, install: 'use gcc for Cortex-M' };
    const gcc = await findTool('arm-none-eabi-gcc');
    const library = await findNewlib();
    return gcc.available && !library.available ? library : gcc;
  }
  if (which !== undefined) return findTool(which);
  const gcc = await findTool('gcc');
  if (gcc.available) return gcc;
  const clang = await findTool('clang');
  return clang.available ? clang : gcc;
}

/** As findCompiler; a missing compiler is a diagnostic. */
export async function requireCompiler(
  core: CoreName,
  which?: CompilerKind,
): Promise<{ path: string; version: string }> {
  const compiler = await findCompiler(core, which);
  if (compiler.available) return compiler;
  return fail({
    code: 'compiler_missing',
    at: '',
    message: `${core} needs ${compiler.tool}, which was not found`,
    hint: compiler.install,
  });
}

/** Runs a compiler or one of its companions; its complaint becomes a diagnostic. */
export async function runTool(file: string, args: readonly string[], directory?: string): Promise<string> {
  const result = await execa(file, args, {
    reject: false,
    all: true,
    stdin: 'ignore',
    ...(directory === undefined ? {} : { cwd: directory }),
  });
  if (result.failed) {
    const refused = toolRefused(basename(file), result.all);
    if (refused !== null) fail(refused);
    fail(toolFailed(basename(file), 'failed', result.all || result.shortMessage));
  }
  return result.stdout;
}

const vectorsOffset = (board: Board): number =>
  board.runner === 'device' && board.boot !== undefined ? board.boot.vectorsOffset : 0;

const linkerFlags = (board: QemuBoard | DeviceBoard, { flash, ram } = board.memory): string[] => [
  ...['-nostartfiles', '-Wl,--fatal-warnings'],
  `-Wl,--defsym=rnnq_flash_origin=${flash.origin},--defsym=rnnq_flash_bytes=${flash.bytes}`,
  `-Wl,--defsym=rnnq_ram_origin=${ram.origin},--defsym=rnnq_ram_bytes=${ram.bytes}`,
  `-Wl,--defsym=rnnq_stack_bytes=${STACK_BYTES},--defsym=rnnq_vectors_offset=${vectorsOffset(board)}`,
];

/** Files of boards/common and boards/chips that every program for the board needs. */
function boardSources(board: Board): string[] {
  const inFolder = (folder: string, names: readonly string[]) =>
    names.map((name) => join(BOARDS_DIRECTORY, folder, name));
  if (board.runner === 'host') return inFolder('common', ['rnnq_lines.c', 'io_host.c']);
  if (board.runner === 'qemu') return inFolder('common', ['rnnq_lines.c', 'startup.c', 'io_semihosting.c']);
  const chip = [...board.files, ...(board.boot === undefined ? [] : [board.boot.file])];
  return [...inFolder('common', ['rnnq_lines.c', 'startup.c', 'io_uart.c']), ...inFolder('chips', chip)];
}

/** Values of board.json for the C of a device. */
export const boardMacros = (board: Board, clock: ClockName): string[] =>
  board.runner !== 'device'
    ? []
    : [
        ...(clock === 'reset' ? [] : fastMacros(board)),
        ...[`-DRNNQ_CLOCK_HZ=${board.clock.hz}u`, `-DRNNQ_BAUD=${board.console.baud}u`],
        ...Object.entries(board.defines).map(([name, value]) => `-D${name}=${value}u`),
      ];

function fastMacros({ id, points }: DeviceBoard): string[] {
  const { hz, waitStates } = points?.fast ?? bug(`${id} has no fast clock`);
  return [`-DRNNQ_FAST_HZ=${hz}u`, `-DRNNQ_FAST_WAIT_STATES=${waitStates}u`];
}

/** Sections of unused functions are dropped; ld64 of macOS has another word for it. */
const dropUnused = (board: Board): string =>
  board.runner === 'host' && process.platform === 'darwin' ? '-Wl,-dead_strip' : '-Wl,--gc-sections';

/** Compiles and links a program for a board; gives the path of the executable. */
export async function buildProgram(request: BuildRequest): Promise<string> {
  const { board, output } = request;
  const core = request.core ?? board.core;
  const compiler = await requireCompiler(core, request.compiler);
  const common = join(BOARDS_DIRECTORY, 'common');
  const includeDirectories = [...request.includeDirectories, common, join(BOARDS_DIRECTORY, 'chips')];
  const flags = [
    ...CORES[core].flags,
    ...((request.strict ?? true) ? STRICT_FLAGS : ['-std=c99']),
    ...[request.optimization ?? '-O2', '-ffunction-sections', '-fdata-sections'],
    ...boardMacros(board, request.clock ?? 'reset'),
    ...(request.extraFlags ?? []),
  ];
  const compilerFlags = [...flags, ...includeDirectories.map((directory) => `-I${directory}`)];
  await mkdir(dirname(output), { recursive: true });
  const inputs = await cachedObjects([...request.sources, ...boardSources(board)], {
    ...{ compiler, flags, includeDirectories },
    compile: (source, object) => runTool(compiler.path, [...compilerFlags, '-c', source, '-o', object]),
  });
  await runTool(compiler.path, [
    ...[dropUnused(board), ...compilerFlags, ...inputs],
    ...(board.runner === 'host' ? [] : linkerFlags(board)),
    ...(board.runner === 'host' ? [] : [`-T${request.linkerScript ?? join(common, 'linker.ld')}`]),
    ...['-o', output],
  ]);
  return output;
}
