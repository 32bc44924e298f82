import { type BenchBoard, listBoards, loadBoard } from '../../../src/boards/board.js';
import { RUNNERS } from '../../../src/boards/runners/index.js';
import { findCompiler } from '../../../src/build/toolchain.js';

/** True with RNNQ_REQUIRE_QEMU=1: then a missing tool makes tests fail instead of being skipped. */
const REQUIRED = process.env.RNNQ_REQUIRE_QEMU === '1';

/** Whether tests that need these tools are skipped; if so, says loudly why. */
async function isSkipped(board: BenchBoard): Promise<boolean> {
  for (const tool of [await findCompiler(board.core), await RUNNERS[board.runner].available()]) {
    if (tool.available || REQUIRED) continue;
    console.warn(`SKIPPED: tests on ${board.id}, because ${tool.tool} is missing (${tool.install})`);
    return true;
  }
  return false;
}

/** All boards that run test programs, with whether their tests are skipped here. */
export async function boardsToTest(): Promise<{ id: string; board: BenchBoard; skipped: boolean }[]> {
  const boards = listBoards()
    .map(loadBoard)
    .filter((board) => board.runner !== 'device');
  return Promise.all(boards.map(async (board) => ({ id: board.id, board, skipped: await isSkipped(board) })));
}
