// A second opinion on the cycles of M0+: rp2040js, an emulator of the RP2040 written from the same manual by others. It counts
// the cycles of the core, but not those of its flash.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Simulator } from 'rp2040js';
import { BOARDS_DIRECTORY, loadBoard } from '../src/boards/board.js';
import type { RegionsRequest } from '../src/build/cycles/count-regions.js';
import { readElf } from '../src/build/elf.js';
import { buildProgram, requireCompiler, runTool } from '../src/build/toolchain.js';

const CORE = 'cortex-m0plus';
const MAX_INSTRUCTIONS = 1e8;

/** A program with marked regions in a folder of its own, as countRegions takes it. */
export type BenchProgram = Required<Pick<RegionsRequest, 'sources' | 'includeDirectories' | 'directory'>>;

/** Cycles of every region between rnnq_mark_begin() and rnnq_mark_end() of a program, as countRegions takes it. */
export async function countOnRp2040(
  { sources, includeDirectories, directory }: BenchProgram,
  regions: number,
): Promise<number[]> {
  const board = loadBoard('raspberry_pi_pico');
  if (board.runner !== 'device' || board.boot === undefined) throw new Error('the Pico has no boot block');
  const executable = await buildProgram({
    ...{ board, includeDirectories, strict: false, output: join(directory, 'rp2040.elf') },
    extraFlags: [`-DRNNQ_BOARD="${board.id}"`],
    sources: [...sources, ...['marks.S', 'board.c'].map((name) => join(BOARDS_DIRECTORY, 'common', name))],
  });
  const compiler = await requireCompiler(CORE, 'gcc');
  const symbols = await runTool(compiler.path.replace(/gcc$/, 'nm'), [executable]);
  const address = (name: string): number =>
    Number.parseInt(new RegExp(`^([0-9a-f]+) \\w ${name}$`, 'm').exec(symbols)![1]!, 16) & ~1;
  const [begin, end] = [address('rnnq_mark_begin'), address('rnnq_mark_end')];
  const { rp2040 } = new Simulator();
  const { core } = rp2040;
  const flash = board.memory.flash.origin;
  for (const segment of readElf(new Uint8Array(readFileSync(executable))).segments)
    if (segment.address >= flash && segment.address < flash + board.memory.flash.bytes)
      rp2040.flash.set(segment.bytes, segment.address - flash);
  // the second stage of the boot ROM would do this
  core.VTOR = flash + board.boot.vectorsOffset;
  core.SP = rp2040.readUint32(core.VTOR);
  core.PC = rp2040.readUint32(core.VTOR + 4) & ~1;
  const cycles: number[] = [];
  let since = 0;
  for (let i = 0; i < MAX_INSTRUCTIONS && cycles.length < regions; i++) {
    if (core.PC === begin) since = core.cycles;
    if (core.PC === end) cycles.push(core.cycles - since);
    core.executeInstruction();
  }
  if (cycles.length < regions) throw new Error(`only ${cycles.length} of ${regions} regions ran on rp2040js`);
  return cycles;
}
