import { boardNotWritable } from '../../boards/diagnostics.js';
import { planWrite, type WritePlan, write } from '../../boards/write.js';
import { describeStep } from '../../boards/writers.js';
import { fail } from '../../diagnostics.js';
import { stageOf } from '../../run.js';
import { type BuildOptions, buildForBoard } from './build.js';
import { writeOptions } from './run.js';

interface Options extends BuildOptions {
  readonly runner?: string;
  readonly serial?: string;
  readonly port?: string;
  readonly volume?: string;
  readonly dryRun?: boolean;
}

/** rnnq flash: build and write; the exact commands on stderr before they run. */
export async function run(path: string, options: Options): Promise<void> {
  const { board, firmware } = await buildForBoard(path, options);
  if (board.runner !== 'device' || stageOf(board, options.runner) !== 'board')
    return fail(boardNotWritable(options.runner ?? board.id, 'rnnq run loads and runs it in one command'));
  const chosen = writeOptions(options);
  const plan = await planWrite({ board, elf: firmware.elf, images: firmware.images, ...chosen }, chosen);
  printPlan(plan);
  if (options.dryRun) return;
  await write(plan);
  process.stdout.write(`${board.id}: written with ${plan.tool}${plan.verifies ? ' and read back' : ''}\n`);
}

/** Tells the commands of a plan, and whether they read the flash back. */
export function printPlan(plan: WritePlan): void {
  for (const step of plan.steps) process.stderr.write(`$ ${describeStep(step)}\n`);
  if (!plan.verifies)
    process.stderr.write(`${plan.tool} does not read the flash back; the self-test of rnnq run tells\n`);
}
