import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { BOARDS_DIRECTORY, type QemuBoard } from '../../boards/board.js';
import { toolFailed } from '../../boards/diagnostics.js';
import { INSTRUCTION_TIME, instructionsOf } from '../../boards/runners/emulator.js';
import { execute } from '../../boards/runners/execute.js';
import { qemuArguments } from '../../boards/runners/qemu.js';
import { findTool, requireTool } from '../../boards/tools.js';
import { fail } from '../../diagnostics.js';
import { CORES, type CoreName } from '../../targets/cores.js';
import type { FlashPoint } from '../../targets/flash-timing.js';
import { buildProgram, type Optimization, requireCompiler, runTool } from '../toolchain.js';
import { CYCLE_MODELS, type CycleModel, canJump, type Instruction } from './cycle-models.js';
import { replayTrace } from './flash-stalls.js';

/** A program with regions between rnnq_mark_begin() and rnnq_mark_end(), which it declares as void functions. */
export interface RegionsRequest {
  readonly core: CoreName;
  readonly board: QemuBoard;
  /** Absolute paths of C files; one defines main. */
  readonly sources: readonly string[];
  readonly includeDirectories: readonly string[];
  readonly optimization?: Optimization;
  /** The code between the marks is in RAM. */
  readonly codeInRam?: boolean;
  /** Folder the program runs in; a temporary one without it. */
  readonly directory?: string;
  /** False: as if QEMU had no plugins. */
  readonly plugins?: boolean;
  /** Operating points whose cycles of waiting for the flash are modelled. */
  readonly points?: readonly FlashPoint[];
}

/** What one region took; no cycles where QEMU has no plugins. */
export interface RegionCount {
  readonly instructions: number;
  readonly cycles: number | null;
  /** Functions that were entered; null where QEMU has no plugins. */
  readonly functions: readonly string[] | null;
}

export interface RegionCounts {
  /** Cycles of waiting for the flash, [region][operating point]; null where QEMU has no plugins. */
  readonly waiting: readonly (readonly number[])[] | null;
  readonly model: Pick<CycleModel, 'name' | 'source' | 'error'> | null;
  readonly regions: readonly RegionCount[];
}

/** Versions of QEMU's plugin API that boards/common/count_blocks.c fits, the newest first. */
const API_VERSIONS = [1, 2, 3, 4];

/**
 * Builds a program, runs it in QEMU under the block-count plugin, and gives instructions (exact) and modelled cycles of every
 * region in the order in which they ran. Where this computer cannot build plugins, or its QEMU takes none, instructions are
 * counted by virtual time, to one or two, and there are no cycles.
 */
export async function countRegions(request: RegionsRequest): Promise<RegionCounts> {
  const directory = request.directory ?? (await mkdtemp(join(tmpdir(), 'rnnq-cycles-')));
  try {
    const counted = request.plugins === false ? null : await countBlocks(request, directory);
    return counted ?? (await countTicks(request, directory));
  } finally {
    if (request.directory === undefined) await rm(directory, { recursive: true, force: true });
  }
}

const buildWith = (
  { board, core, sources, includeDirectories, optimization = '-O2', codeInRam = false }: RegionsRequest,
  marks: string[],
  output: string,
) =>
  buildProgram({
    ...{ board, core, optimization, includeDirectories, output, strict: false },
    ...(codeInRam ? { extraFlags: ['-DRNNQ_MARKS_IN_RAM'] } : {}),
    sources: [...sources, ...marks.map((name) => join(BOARDS_DIRECTORY, 'common', name))],
  });

/** With the plugin; null where there can be none. */
async function countBlocks(request: RegionsRequest, directory: string): Promise<RegionCounts | null> {
  const { core, board } = request;
  const executable = await buildWith(request, ['marks.S'], join(directory, 'program.elf'));
  const text = await runTool(await companion(core, 'objdump'), ['-d', executable]);
  const { points = [] } = request;
  const trace = points.length === 0 ? null : join(directory, 'trace.bin');
  const dump = await runWithPlugin(board, executable, directory, marksOf(text), trace);
  if (dump === null) return null;
  const model = CYCLE_MODELS[CORES[core].cycles];
  const blocks = new BlockCosts(parseDisassembly(text), model);
  const { name, source, error } = model;
  return {
    model: { name, source, error },
    regions: countDump(dump, blocks, parseSymbols(text)),
    waiting:
      trace === null
        ? []
        : replayTrace(await readTrace(trace), flashOf(board), (at, count) => blocks.get(at, count), points),
  };
}

/** With the board's counter on virtual time. */
async function countTicks(request: RegionsRequest, directory: string): Promise<RegionCounts> {
  const { board } = request;
  const executable = await buildWith(request, ['marks_counter.c', 'cycles.c'], join(directory, 'ticks.elf'));
  const qemu = await requireTool('qemu-system-arm');
  const arguments_ = [...qemuArguments(board, executable), ...INSTRUCTION_TIME];
  const result = await execute(qemu.path, arguments_, { executable, directory, timeoutMs: 300_000 });
  if (result.exitCode !== 0) fail(toolFailed('qemu-system-arm', 'did not run the program', result.console));
  const bytes = await readFile(join(directory, 'output.bin'));
  const regions = Array.from({ length: bytes.length / 4 }, (_, i) => ({
    instructions: instructionsOf(board, bytes.readUInt32LE(4 * i)),
    cycles: null,
    functions: null,
  }));
  return { model: null, regions, waiting: null };
}

async function companion(core: CoreName, name: string): Promise<string> {
  const compiler = await requireCompiler(core, 'gcc');
  return compiler.path.replace(/gcc$/, name);
}

function marksOf(text: string): { begin: string; end: string } {
  const address = (name: string) => new RegExp(`^0*([0-9a-f]+) <${name}>:`, 'm').exec(text)![1]!;
  return { begin: address('rnnq_mark_begin'), end: address('rnnq_mark_end') };
}

/** Builds the plugin for the version that this QEMU takes, and runs the program under it. */
async function runWithPlugin(
  board: QemuBoard,
  executable: string,
  directory: string,
  marks: { begin: string; end: string },
  trace: string | null,
): Promise<string | null> {
  const qemu = await requireTool('qemu-system-arm');
  const gcc = await findTool('gcc');
  const host = gcc.available ? gcc : await findTool('clang');
  if (!host.available) return null;
  const out = join(directory, 'blocks.txt');
  for (const version of API_VERSIONS) {
    const plugin = join(directory, `count_blocks_${version}.so`);
    const flags = ['-O2', '-shared', '-fPIC', '-fvisibility=hidden', `-DVERSION=${version}`];
    await runTool(host.path, [...flags, '-o', plugin, join(BOARDS_DIRECTORY, 'common', 'count_blocks.c')]);
    // QEMU runs in the folder: a comma in its path would end an option
    const { low, high } = flashOf(board);
    const traced = trace === null ? '' : `,trace=${basename(trace)},low=${low.toString(16)},high=${high.toString(16)}`;
    const option = `./${basename(plugin)},begin=${marks.begin},end=${marks.end},out=${basename(out)}${traced}`;
    const result = await execute(qemu.path, [...qemuArguments(board, executable), '-plugin', option], {
      ...{ executable, directory, timeoutMs: 300_000 },
    });
    if (result.exitCode === 0) return readFile(out, 'utf8');
    const complaint = result.console;
    if (!/version|plugin/i.test(complaint))
      fail(toolFailed('qemu-system-arm', 'did not run the program with its plugin', complaint));
  }
  return null;
}

const flashOf = ({ memory: { flash } }: QemuBoard) => ({ low: flash.origin, high: flash.origin + flash.bytes });

async function readTrace(path: string): Promise<Uint32Array> {
  const { buffer, byteOffset, length } = await readFile(path);
  return new Uint32Array(buffer.slice(byteOffset, byteOffset + length));
}

/** Address -> instruction and size in bytes. */
type Disassembly = ReadonlyMap<number, Instruction & { readonly bytes: number }>;

/** Reads the output of objdump -d. */
export function parseDisassembly(text: string): Disassembly {
  const found = new Map<number, Instruction & { readonly bytes: number }>();
  for (const [, address, code, mnemonic, operands] of text.matchAll(
    /^\s*([0-9a-f]+):\t([0-9a-f ]+?)\s*\t(\S+)[ \t]*(.*)$/gm,
  ))
    found.set(Number.parseInt(address!, 16), {
      bytes: code!.replaceAll(' ', '').length / 2,
      mnemonic: mnemonic!,
      operands: operands!.split(/[;@]/)[0]!.trim(),
    });
  return found;
}

/** Address -> function, from the output of objdump -d. */
export const parseSymbols = (text: string): ReadonlyMap<number, string> =>
  new Map(
    [...text.matchAll(/^0*([0-9a-f]+) <(\w+)>:$/gm)].map(([, at, name]) => [Number.parseInt(at!, 16), name!] as const),
  );

interface BlockCost {
  readonly bytes: number;
  readonly cycles: number;
  readonly last: Instruction;
}

/** Cycles of blocks by a cycle model, each worked out once. */
export class BlockCosts {
  readonly #known = new Map<string, BlockCost>();

  constructor(
    readonly program: Disassembly,
    readonly model: CycleModel,
  ) {}

  get(address: number, count: number): BlockCost {
    const key = `${address} ${count}`;
    const cost = this.#known.get(key) ?? this.#work(address, count);
    this.#known.set(key, cost);
    return cost;
  }

  #work(address: number, count: number): BlockCost {
    const instructions: Instruction[] = [];
    let at = address;
    while (instructions.length < count) {
      const instruction = this.program.get(at) ?? { mnemonic: 'unknown', operands: '', bytes: 2 };
      instructions.push(instruction);
      at += instruction.bytes;
    }
    const last = instructions.at(-1)!;
    // QEMU ends a block at the end of a page, too: what follows then overlaps as it does inside a block
    const next = canJump(last) ? [] : [this.program.get(at) ?? []].flat();
    const cycles = this.model.block([...instructions, ...next]) - this.model.block(next);
    return { bytes: at - address, cycles, last };
  }
}

/** Applies a cycle model to the dump of the plugin. */
export function countDump(dump: string, blocks: BlockCosts, symbols: ReadonlyMap<number, string> = new Map()) {
  const regions: { instructions: number; cycles: number; functions: readonly string[] }[] = [];
  let functions: string[] = [];
  let cycles = 0;
  for (const line of dump.split('\n')) {
    const [kind, ...fields] = line.split(' ');
    if (kind === 'R') {
      regions.push({ instructions: Number(fields[0]), cycles: Math.round(cycles), functions });
      cycles = 0;
      functions = [];
    }
    if (kind !== 'B') continue;
    const address = Number.parseInt(fields[0]!, 16);
    const [count, runs, taken] = fields.slice(1).map(Number) as [number, number, number];
    const entered = symbols.get(address);
    if (entered !== undefined) functions.push(entered);
    const block = blocks.get(address, count);
    // where a block ends with a page, QEMU may misreport where the next one begins
    cycles += runs * block.cycles + (canJump(block.last) ? taken * blocks.model.taken(block.last) : 0);
  }
  return regions;
}
