import { parseArgs } from 'node:util';
import { listBoards, loadBoard } from '../../src/boards/board.js';
import { CORES } from '../../src/targets/cores.js';
import { ALL_KERNELS, RUNNABLE } from '../../src/targets/kernels.js';
import { readCount } from '../fuzz/read-count.js';
import { compareOutputs, randomCalls } from './kernel-calls.js';
import { kernelFiles } from './kernel-files.js';
import { kernelProgram } from './kernel-program.js';
import { runProgram } from './run-program.js';

const OPTIMIZATIONS = ['-O2', '-Os', '-O3', '-O0'] as const;

/**
 * npm run fuzz:kernels -- [--matrices 1000] [--seed 1] [--kernel u8x4_c]: random matrices for every kernel, or those whose names end
 * like that, on every core that can run it; gives the exit code.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const { values: options } = parseArgs({
    args: [...argv],
    options: {
      matrices: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      kernel: { type: 'string', default: '' },
    },
  });
  const [matrices, seed] = [readCount(options.matrices), readCount(options.seed)];
  const kernels = ALL_KERNELS.filter(({ symbol }) => symbol.endsWith(options.kernel));
  if (kernels.length === 0) throw new Error(`no kernel is called ...${options.kernel}`);
  const boards = listBoards()
    .map(loadBoard)
    .filter((board) => board.runner === 'host' || board.runner === 'qemu');
  let wrong = 0;
  for (const kernel of kernels) {
    // every matrix of a generated kernel is a function: programs that fit at -O0
    const together = kernel.generate === undefined ? matrices : Math.min(8, matrices);
    const programs = Array.from({ length: Math.ceil(matrices / together) }, (_, k) =>
      randomCalls(kernel, Math.min(together, matrices - k * together), seed + 1000 * k),
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
