import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type Board, type ClockName, type DeviceBoard, listBoards, loadBoard } from '../../src/boards/board.js';
import { findTool } from '../../src/boards/tools.js';
import { buildFirmware, type Firmware } from '../../src/build/firmware.js';
import { writePackage } from '../../src/build/replay.js';
import { findCompiler } from '../../src/build/toolchain.js';
import { type Compilation, compile } from '../../src/compiler/compile.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';

/** Building and emulating a board takes seconds on a busy machine. */
export const TEST_MS = 120_000;

export const boards: readonly Board[] = listBoards().map(loadBoard);
export const devices: readonly DeviceBoard[] = boards.filter((board) => board.runner === 'device');

const compiler = await findCompiler('cortex-m4');
if (!compiler.available)
  console.warn(`SKIPPED: firmware for boards, because ${compiler.tool} is missing (${compiler.install})`);
/** No compiler for Cortex-M is here. */
export const withoutCompiler = !compiler.available;

const qemu = await findTool('qemu-system-arm');
if (!qemu.available) console.warn(`SKIPPED: emulated boards, because QEMU is missing (${qemu.install})`);
/** No compiler or no QEMU is here. */
export const withoutEmulator = withoutCompiler || !qemu.available;

/** Text of a model.json of test/samples. */
export const sampleText = (name: string): string =>
  readFileSync(join(PACKAGE_ROOT, `test/samples/${name}/model.json`), 'utf8');

/** A folder for the tests of a file, removed after them. */
export function temporaryFolder(): () => string {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'rnnq-boards-'));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));
  return () => root;
}

/** A sample, compiled, and its firmware. */
export interface Made {
  readonly compilation: Compilation;
  readonly firmware: Firmware;
}

/** Firmware that was built, by folder: a file that needs the same again gets the same. */
const made = new Map<string, Promise<Made>>();

/** Compiles a sample and builds its firmware for a board, once for all tests of a file: they must not change its files. */
export function firmwareFor(
  board: Board,
  root: string,
  sample = 'gru_ternary_shift',
  clock: ClockName = 'reset',
): Promise<Made> {
  const directory = join(root, `${board.id}-${sample}-${clock}`);
  const known = made.get(directory) ?? make(board, directory, sample, clock);
  made.set(directory, known);
  return known;
}

async function make(board: Board, directory: string, sample: string, clock: ClockName): Promise<Made> {
  const compilation = compile(sampleText(sample), { core: board.core });
  await writePackage(compilation.files, directory);
  const { name, files } = compilation;
  return { compilation, firmware: await buildFirmware({ name, files, directory, board, clock }) };
}

/** The same with its program in a file of its own, which a test may change. */
export async function withOwnElf({ compilation, firmware }: Made): Promise<Made> {
  const elf = `${firmware.elf}.own.elf`;
  await copyFile(firmware.elf, elf);
  return { compilation, firmware: { ...firmware, elf } };
}
