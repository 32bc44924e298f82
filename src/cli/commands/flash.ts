import { loadBoard } from '../../boards/board.js';
import { boardNotWritable } from '../../boards/diagnostics.js';
import { planWrite, write } from '../../boards/write.js';
import { fail } from '../../diagnostics.js';
import { stageOf } from '../../run.js';
import { type BoardWriteOptions, planFacts, printPlan, writeOptions } from '../write-options.js';
import { type BuildOptions, buildForBoard } from './build.js';

type Options = BuildOptions & BoardWriteOptions & { readonly json?: boolean };

/** rnnq flash: build and write; the exact commands on stderr before they run. */
export async function run(path: string, options: Options): Promise<void> {
  const chosen = writeOptions(options);
  const board = loadBoard(options.board);
  if (board.runner !== 'device' || stageOf(board, options.runner) !== 'board')
    return fail(boardNotWritable(options.runner ?? board.id, 'rnnq run loads and runs it in one command'));
  await buildForBoard(path, options, async ({ firmware }) => {
    const plan = await planWrite({ board, elf: firmware.elf, images: firmware.images, ...chosen }, chosen);
    printPlan(plan);
    if (!options.dryRun) await write(plan);
    if (options.json) {
      const facts = { board: board.id, elf: firmware.elf, ...planFacts(plan), written: !options.dryRun };
      process.stdout.write(`${JSON.stringify(facts, null, 2)}\n`);
    } else if (!options.dryRun)
      process.stdout.write(`${board.id}: written with ${plan.tool}${plan.verifies ? ' and read back' : ''}\n`);
  });
}
