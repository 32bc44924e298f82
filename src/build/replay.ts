import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BenchBoard } from '../boards/board.js';
import { RUNNERS } from '../boards/runners/index.js';
import type { RunResult } from '../boards/runners/runner.js';
import type { Codes } from '../ir/model.js';
import type { CoreName } from '../targets/cores.js';
import { buildProgram, type CompilerKind, type Optimization } from './toolchain.js';

/** Relative path -> text of a generated package. */
export type PackageFiles = ReadonlyMap<string, string>;

/** Samples, and how many time samples are pushed at a time. */
export interface PushedRecording {
  readonly samples: Int16Array;
  readonly channels: number;
  readonly push: number;
}

export interface ReplayRequest {
  readonly name: string;
  readonly files: PackageFiles;
  readonly board: BenchBoard;
  /** The core to compile for; the board's own without it. */
  readonly core?: CoreName;
  /** An empty folder. */
  readonly directory: string;
  /** s8 codes of whole steps; each sequence starts from reset. */
  readonly sequences: readonly Codes[];
  readonly inputSize: number;
  /** Recordings for the front end, each from reset; none in a model without one. */
  readonly recordings?: readonly PushedRecording[];
  readonly compiler?: CompilerKind;
  readonly optimization?: Optimization;
  readonly extraFlags?: readonly string[];
  readonly timeoutMs?: number;
}

export interface ReplayResult extends RunResult {
  /** Every state and output of every step, then every frame of the recordings, as far as the program came. */
  readonly steps: Uint8Array;
}

/** Exit code of the replay program when its self-test found a difference (codegen/replay.c.ejs). */
export const SELFTEST_FAILED = 3;

/** Writes a package, builds its replay program for a board, runs it over the sequences. */
export async function replay(request: ReplayRequest): Promise<ReplayResult> {
  const { name, files, board, directory, sequences, inputSize } = request;
  await writePackage(files, directory);
  const sources = [...files.keys()].filter((path) => isSource(path, name)).map((path) => join(directory, path));
  const executable = await buildProgram({
    board,
    sources,
    includeDirectories: ['include', 'src', 'test'].map((folder) => join(directory, folder)),
    output: join(directory, 'replay.elf'),
    ...(request.core === undefined ? {} : { core: request.core }),
    ...(request.compiler === undefined ? {} : { compiler: request.compiler }),
    ...(request.optimization === undefined ? {} : { optimization: request.optimization }),
    ...(request.extraFlags === undefined ? {} : { extraFlags: request.extraFlags }),
  });
  await writeFile(join(directory, 'input.bin'), encodeInput(sequences, inputSize, request.recordings ?? []));
  const result = await RUNNERS[board.runner].run(board, {
    executable,
    directory,
    timeoutMs: request.timeoutMs ?? 120_000,
  });
  const steps = await readFile(join(directory, 'output.bin')).catch(() => new Uint8Array());
  return { ...result, steps };
}

/** Writes the files of a package below a folder. */
export async function writePackage(files: PackageFiles, directory: string): Promise<void> {
  const folders = new Set([...files.keys()].map((path) => dirname(join(directory, path))));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  await Promise.all([...files].map(([path, text]) => writeFile(join(directory, path), text)));
}

const isSource = (path: string, name: string): boolean =>
  (path.startsWith('src/') && path.endsWith('.c')) ||
  path === `test/${name}_selftest.c` ||
  path === `test/${name}_replay.c`;

/** What codegen/replay.c.ejs reads. */
function encodeInput(sequences: readonly Codes[], inputSize: number, recordings: readonly PushedRecording[]): Buffer {
  const word = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };
  const bytesOf = ({ buffer, byteOffset, byteLength }: Codes): Buffer => Buffer.from(buffer, byteOffset, byteLength);
  return Buffer.concat([
    word(sequences.length),
    ...sequences.flatMap((sequence) => [word(sequence.length / inputSize), bytesOf(sequence)]),
    ...recordings.flatMap(({ samples, channels, push }) => {
      const count = Math.floor(samples.length / channels);
      return [word(count), word(push), bytesOf(samples.subarray(0, count * channels))];
    }),
  ]);
}
