import { listBoards, loadBoard } from '../../src/boards/board.js';
import { CORES } from '../../src/targets/cores.js';
import { ALL_KERNELS, RUNNABLE } from '../../src/targets/kernels.js';
import { compareOutputs, randomCalls } from './kernel-calls.js';
import { kernelFiles } from './kernel-files.js';
import { kernelProgram } from './kernel-program.js';
import { runProgram } from './run-program.js';

const OPTIMIZATIONS = ['-O2', '-Os', '-O3', '-O0'] as const;

/** Random matrices for every kernel, or one, on every core that can run it; gives the exit code. */
export async function runCampaign([matrices = '1000', seed = '1', only = '']: readonly string[]): Promise<number> {
  const boards = listBoards()
    .map(loadBoard)
    .filter((board) => board.runner === 'host' || board.runner === 'qemu');
  let wrong = 0;
  for (const kernel of ALL_KERNELS.filter(({ symbol }) => symbol.endsWith(only))) {
    // every matrix of a generated kernel is a function: programs that fit at -O0
    const together = kernel.generate === undefined ? Number(matrices) : Math.min(8, Number(matrices));
    const programs = Array.from({ length: Math.ceil(Number(matrices) / together) }, (_, k) =>
      randomCalls(kernel, Math.min(together, Number(matrices) - k * together), Number(seed) + 1000 * k),
    );
    const ran: string[] = [];
    for (const [at, board] of boards.entries()) {
      if (!RUNNABLE[CORES[board.core].isa].includes(kernel.isa)) continue;
      const sources = kernelFiles([kernel]);
      const extraFlags = at % 2 === 0 ? [] : ['-fno-inline'];
      const optimization = OPTIMIZATIONS[(at + ALL_KERNELS.indexOf(kernel)) % OPTIMIZATIONS.length]!;
      try {
        for (const calls of programs) {
          const input = Buffer.concat(calls.list.map((call) => call.record));
          compareOutputs(
            await runProgram({ board, main: kernelProgram(calls), sources, input, optimization, extraFlags }),
            calls.list,
          );
        }
        ran.push(board.id);
      } catch (error) {
        wrong++;
        process.stdout.write(`${kernel.symbol} on ${board.id}: ${(error as Error).message.slice(-500)}\n`);
      }
    }
    const calls = programs.reduce((sum, { list }) => sum + list.length, 0);
    process.stdout.write(`${kernel.symbol}: ${matrices} matrices, ${calls} calls, equal on ${ran.join(', ')}\n`);
  }
  process.stdout.write(`${wrong} differences\n`);
  return wrong === 0 ? 0 : 1;
}
