import { loadBoard } from '../../boards/board.js';
import { boardNotWritable } from '../../boards/diagnostics.js';
import { planWrite, write } from '../../boards/write.js';
import { fail } from '../../diagnostics.js';
import { stageOf } from '../../run.js';
import { type BoardWriteOptions, printPlan, writeOptions } from '../write-options.js';
import { type BuildOptions, buildForBoard } from './build.js';

type Options = BuildOptions & BoardWriteOptions;

/** rnnq flash: build and write; the exact commands on stderr before they run. */
export async function run(path: string, options: Options): Promise<void> {
  const chosen = writeOptions(options);
  const board = loadBoard(options.board);
  if (board.runner !== 'device' || stageOf(board, options.runner) !== 'board')
    return fail(boardNotWritable(options.runner ?? board.id, 'rnnq run loads and runs it in one command'));
  const { firmware } = await buildForBoard(path, options);
  const plan = await planWrite({ board, elf: firmware.elf, images: firmware.images, ...chosen }, chosen);
  printPlan(plan);
  if (options.dryRun) return;
  await write(plan);
  process.stdout.write(`${board.id}: written with ${plan.tool}${plan.verifies ? ' and read back' : ''}\n`);
}
