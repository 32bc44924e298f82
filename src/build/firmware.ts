import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BOARDS_DIRECTORY, type Board, boardsWith, type ClockName, STACK_BYTES } from '../boards/board.js';
import { firmwareTooLarge } from '../boards/diagnostics.js';
import { bug, fail } from '../diagnostics.js';
import { writeBootChecksum } from './boot-checksum.js';
import { type Check, checkFirmware } from './check-firmware.js';
import { type Elf, flashImage, readElf } from './elf.js';
import { intelHex, uf2 } from './images.js';
import type { PackageFiles } from './replay.js';
import { buildProgram, requireCompiler } from './toolchain.js';

/** What a firmware does: plays the golden, or takes samples from the computer. */
export const APPS = ['golden', 'stream'] as const;
export type App = (typeof APPS)[number];

/** The program of each, in the package. */
const PROGRAMS: { readonly [K in App]: string } = { golden: 'firmware', stream: 'stream' };

export interface FirmwareRequest {
  readonly name: string;
  /** The generated package, already written below `directory`. */
  readonly files: PackageFiles;
  readonly directory: string;
  readonly board: Board;
  /** Default: the clock after reset. */
  readonly clock?: ClockName;
  /** Default: golden. */
  readonly app?: App;
}

/** Bytes; RAM is variables and the stack's least size. */
export interface MemoryUse {
  readonly flash: number;
  readonly ram: number;
}

export interface Firmware {
  readonly board: string;
  readonly elf: string;
  /** Absolute paths of the flash image in other formats, by format; none for a computer. */
  readonly images: Readonly<Partial<Record<'bin' | 'hex' | 'uf2', string>>>;
  readonly used: MemoryUse | null;
  readonly available: MemoryUse | null;
  readonly checks: readonly Check[];
  readonly compiler: string;
}

/** Builds a firmware for a board, checks it against board.json, and writes its images. */
export async function buildFirmware(request: FirmwareRequest): Promise<Firmware> {
  const { board, name, directory } = request;
  const path = (extension: string) => join(directory, 'firmware', `${name}.${extension}`);
  const compiler = (await requireCompiler(board.core)).version;
  await link(request, path('elf'));
  const common = { board: board.id, elf: path('elf'), compiler };
  if (board.runner === 'host') return { ...common, images: {}, used: null, available: null, checks: [] };
  const file = new Uint8Array(await readFile(path('elf')));
  const elf = readElf(file);
  const { flash, ram } = board.memory;
  const sizes = { used: memoryUse(elf, ram.origin), available: { flash: flash.bytes, ram: ram.bytes } };
  if (board.runner === 'qemu') return { ...common, ...sizes, images: {}, checks: [] };
  if (board.boot?.kind === 'rp2040') {
    writeBootChecksum(file, elf);
    await writeFile(path('elf'), file);
  }
  const checks = checkFirmware(board, elf);
  const wrong = checks.find((check) => !check.ok);
  if (wrong !== undefined) bug(`${board.id}: ${wrong.what} is ${wrong.found}, expected ${wrong.expected}`);
  const image = flashImage(elf);
  await writeFile(path('bin'), image.bytes);
  await writeFile(path('hex'), intelHex(image.address, image.bytes));
  const images = { bin: path('bin'), hex: path('hex') };
  if (board.uf2Family === undefined) return { ...common, ...sizes, images, checks };
  await writeFile(path('uf2'), uf2(image.address, image.bytes, Number.parseInt(board.uf2Family, 16)));
  return { ...common, ...sizes, images: { ...images, uf2: path('uf2') }, checks };
}

function memoryUse(elf: Elf, ramOrigin: number): MemoryUse {
  const variables = elf.segments.filter((segment) => segment.memoryAddress >= ramOrigin && segment.memoryBytes > 0);
  const end = Math.max(
    ramOrigin,
    ...variables
      .filter((s) => s.address !== s.memoryAddress || s.bytes.length === 0)
      .map((s) => s.memoryAddress + s.memoryBytes),
  );
  return { flash: flashImage(elf).bytes.length, ram: end - ramOrigin + STACK_BYTES };
}

const TOO_LARGE = /region `(FLASH|RAM)' overflowed|too little RAM left/;

async function link(request: FirmwareRequest, output: string): Promise<void> {
  try {
    await build(request, output);
  } catch (error) {
    const { board } = request;
    if (board.runner === 'host' || !(error instanceof Error) || !TOO_LARGE.test(error.message)) throw error;
    const memory = { flash: { ...board.memory.flash, bytes: 1 << 26 }, ram: { ...board.memory.ram, bytes: 1 << 26 } };
    await build({ ...request, board: { ...board, memory } }, output);
    const needed = memoryUse(readElf(new Uint8Array(await readFile(output))), board.memory.ram.origin);
    const fitting = boardsWith(needed);
    if (needed.flash > board.memory.flash.bytes)
      fail(firmwareTooLarge(board.id, 'flash', needed.flash, board.memory.flash.bytes, fitting));
    fail(firmwareTooLarge(board.id, 'RAM', needed.ram, board.memory.ram.bytes, fitting));
  }
}

function build(
  { board, name, files, directory, clock = 'reset', app = 'golden' }: FirmwareRequest,
  output: string,
): Promise<string> {
  const common = ['board.c', board.runner === 'host' ? 'cycles_none.c' : 'cycles.c'];
  const generated = [...files.keys()].filter(
    (path) =>
      /^src\/.*\.c$/.test(path) || path === `test/${name}_selftest.c` || path === `test/${name}_${PROGRAMS[app]}.c`,
  );
  const hz = board.runner === 'device' ? [] : [`-DRNNQ_CLOCK_HZ=${board.runner === 'qemu' ? board.clock.hz : 0}u`];
  return buildProgram({
    board,
    sources: [
      ...generated.map((path) => join(directory, path)),
      ...common.map((file) => join(BOARDS_DIRECTORY, 'common', file)),
    ],
    includeDirectories: ['include', 'src', 'test'].map((folder) => join(directory, folder)),
    output,
    extraFlags: [`-DRNNQ_BOARD="${board.id}"`, ...hz],
    clock,
  });
}
