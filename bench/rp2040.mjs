// A second opinion on the cycles of M0+: rp2040js, an emulator of the RP2040 written from the same manual by others. It counts
// the cycles of the core, but not those of its flash.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Simulator } from 'rp2040js';
import { BOARDS_DIRECTORY, loadBoard } from '../dist/boards/board.js';
import { readElf } from '../dist/build/elf.js';
import { buildProgram, requireCompiler, runTool } from '../dist/build/toolchain.js';

const CORE = 'cortex-m0plus';
const MAX_INSTRUCTIONS = 1e8;

/** Cycles of every region between rnnq_mark_begin() and rnnq_mark_end() of a program, as countRegions takes it. */
export async function countOnRp2040({ sources, includeDirectories, directory }, regions) {
  const board = loadBoard('raspberry_pi_pico');
  const executable = await buildProgram({
    ...{ board, includeDirectories, strict: false, output: join(directory, 'rp2040.elf') },
    sources: [...sources, join(BOARDS_DIRECTORY, 'common', 'marks.S')],
  });
  const compiler = await requireCompiler(CORE, 'gcc');
  const symbols = await runTool(compiler.path.replace(/gcc$/, 'nm'), [executable]);
  const address = (name) => Number.parseInt(new RegExp(`^([0-9a-f]+) \\w ${name}$`, 'm').exec(symbols)[1], 16) & ~1;
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
  const cycles = [];
  let since = 0;
  for (let i = 0; i < MAX_INSTRUCTIONS && cycles.length < regions; i++) {
    if (core.PC === begin) since = core.cycles;
    if (core.PC === end) cycles.push(core.cycles - since);
    core.executeInstruction();
  }
  if (cycles.length < regions) throw new Error(`only ${cycles.length} of ${regions} regions ran on rp2040js`);
  return cycles;
}
