import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Board } from '../../src/boards/board.js';
import { RUNNERS } from '../../src/boards/runners/index.js';
import { buildProgram, type CompilerKind, type Optimization } from '../../src/build/toolchain.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';

export interface ProgramRequest {
  readonly board: Board;
  /** Text of the C file with main. */
  readonly main: string;
  /** Absolute paths of further C files. */
  readonly sources?: readonly string[];
  readonly input: Uint8Array;
  readonly extraFlags?: readonly string[];
  readonly compiler?: CompilerKind;
  readonly optimization?: Optimization;
}

/** Absolute path of a file of the package. */
export const packagePath = (path: string): string => join(PACKAGE_ROOT, path);

/** Builds a test program with the runtime's headers, runs it on a board, gives what it wrote; anything but exit code 0 is an error. */
export async function runProgram({
  board,
  main,
  sources = [],
  input,
  extraFlags = [],
  compiler,
  optimization = '-O2',
}: ProgramRequest): Promise<DataView> {
  const directory = await mkdtemp(join(tmpdir(), 'rnnq-program-'));
  try {
    await writeFile(join(directory, 'main.c'), main);
    await writeFile(join(directory, 'input.bin'), input);
    const executable = await buildProgram({
      board,
      sources: [join(directory, 'main.c'), ...sources],
      includeDirectories: [packagePath('runtime-c/include')],
      output: join(directory, 'program'),
      extraFlags,
      optimization,
      ...(compiler === undefined ? {} : { compiler }),
    });
    if (board.runner === 'device') throw new Error(`${board.id} is no emulator`);
    const result = await RUNNERS[board.runner].run(board, { executable, directory, timeoutMs: 60_000 });
    if (result.exitCode !== 0) throw new Error(`${board.id}: exit code ${result.exitCode}: ${result.console}`);
    const output = await readFile(join(directory, 'output.bin'));
    return new DataView(output.buffer, output.byteOffset, output.byteLength);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
