import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BOARDS_DIRECTORY, type QemuBoard } from '../../boards/board.js';
import { execute } from '../../boards/runners/execute.js';
import { qemuArguments } from '../../boards/runners/qemu.js';
import { findTool, requireTool } from '../../boards/tools.js';
import { CORES, type CoreName } from '../../targets/cores.js';
import { buildProgram, type Optimization, requireCompiler, runTool } from '../toolchain.js';
import { CYCLE_MODELS, type CycleModel, type Instruction } from './cycle-models.js';

/** A program with regions between rnnq_mark_begin() and rnnq_mark_end(), which it declares as void functions. */
export interface RegionsRequest {
  readonly core: CoreName;
  readonly board: QemuBoard;
  /** Absolute paths of C files; one defines main. */
  readonly sources: readonly string[];
  readonly includeDirectories: readonly string[];
  readonly optimization?: Optimization;
  /** Folder the program runs in; a temporary one without it. */
  readonly directory?: string;
}

/** What one region took. */
export interface RegionCount {
  readonly instructions: number;
  readonly cycles: number;
}

export interface RegionCounts {
  readonly model: Pick<CycleModel, 'name' | 'source' | 'error'>;
  readonly regions: readonly RegionCount[];
}

/** Versions of QEMU's plugin API that boards/common/count_blocks.c fits, the newest first. */
const API_VERSIONS = [1, 2, 3, 4];

/**
 * Builds a program, runs it in QEMU under the block-count plugin, and gives instructions (exact) and modelled cycles of every
 * region in the order in which they ran. Without a host compiler or plugins it fails with a diagnostic (tool_missing).
 */
export async function countRegions(request: RegionsRequest): Promise<RegionCounts> {
  const { core, board, sources, includeDirectories, optimization = '-O2' } = request;
  const directory = request.directory ?? (await mkdtemp(join(tmpdir(), 'rnnq-cycles-')));
  try {
    const executable = await buildProgram({
      ...{ board, core, optimization, includeDirectories },
      sources: [...sources, join(BOARDS_DIRECTORY, 'common', 'marks.S')],
      output: join(directory, 'program.elf'),
      strict: false,
    });
    const text = await runTool(await companion(core, 'objdump'), ['-d', executable]);
    const marks = marksOf(text);
    const dump = await runWithPlugin(board, executable, directory, marks);
    const program = parseDisassembly(text);
    const { name, source, error } = CYCLE_MODELS[CORES[core].cycles];
    return { model: { name, source, error }, regions: countDump(dump, program, CYCLE_MODELS[CORES[core].cycles]) };
  } finally {
    if (request.directory === undefined) await rm(directory, { recursive: true, force: true });
  }
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
): Promise<string> {
  const qemu = await requireTool('qemu-system-arm');
  const gcc = await findTool('gcc');
  const host = gcc.available ? gcc : await requireTool('clang');
  const out = join(directory, 'blocks.txt');
  let complaint = '';
  for (const version of API_VERSIONS) {
    const plugin = join(directory, `count_blocks_${version}.so`);
    const flags = ['-O2', '-shared', '-fPIC', '-fvisibility=hidden', `-DVERSION=${version}`];
    await runTool(host.path, [...flags, '-o', plugin, join(BOARDS_DIRECTORY, 'common', 'count_blocks.c')]);
    const option = `${plugin},begin=${marks.begin},end=${marks.end},out=${out}`;
    const result = await execute(qemu.path, [...qemuArguments(board, executable), '-plugin', option], {
      ...{ executable, directory, timeoutMs: 300_000 },
    });
    if (result.exitCode === 0) return readFile(out, 'utf8');
    complaint = result.console;
    if (!/version|plugin/i.test(complaint)) break;
  }
  throw new Error(`the program did not run under QEMU's plugin: ${complaint}`);
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

/** Applies a cycle model to the dump of the plugin. */
export function countDump(dump: string, program: Disassembly, model: CycleModel): RegionCount[] {
  const regions: RegionCount[] = [];
  const known = new Map<string, { cycles: number; last: Instruction }>();
  let cycles = 0;
  for (const line of dump.split('\n')) {
    const [kind, ...fields] = line.split(' ');
    if (kind === 'R') {
      regions.push({ instructions: Number(fields[0]), cycles: Math.round(cycles) });
      cycles = 0;
    }
    if (kind !== 'B') continue;
    const [address, count, runs, taken] = [Number.parseInt(fields[0]!, 16), ...fields.slice(1).map(Number)] as [
      number,
      number,
      number,
      number,
    ];
    const key = `${address} ${count}`;
    let block = known.get(key);
    if (block === undefined) {
      const instructions: Instruction[] = [];
      for (let at = address; instructions.length < count; ) {
        const instruction = program.get(at) ?? { mnemonic: 'unknown', operands: '', bytes: 2 };
        instructions.push(instruction);
        at += instruction.bytes;
      }
      block = { cycles: model.block(instructions), last: instructions.at(-1)! };
      known.set(key, block);
    }
    cycles += runs * block.cycles + taken * model.taken(block.last);
  }
  return regions;
}
