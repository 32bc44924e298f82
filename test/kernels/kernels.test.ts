import { describe, expect, test } from 'vitest';
import type { Board } from '../../src/boards/board.js';
import { findCompiler } from '../../src/build/toolchain.js';
import type { Op } from '../../src/ir/program.js';
import { OPS } from '../../src/ops/index.js';
import { CORES } from '../../src/targets/cores.js';
import { chooseLanes } from '../../src/targets/kernels/ternary-rowpair.js';
import { ALL_KERNELS, OTHER_KERNELS, RUNNABLE } from '../../src/targets/kernels.js';
import { boardsToTest } from '../unit/boards/tool-check.js';
import { WHOLE } from '../whole.js';
import { compareOutputs, kernelCalls, randomCalls } from './kernel-calls.js';
import { kernelFile, kernelFiles } from './kernel-files.js';
import { kernelProgram } from './kernel-program.js';
import { laneCases } from './matrix-cases.js';
import { runProgram } from './run-program.js';

/** Assembly is for some of them only. */
const OPTIMIZATIONS = ['-O0', '-Os', '-O3', '-O1', '-Os'] as const;

const ELEMENTWISE = Object.entries(OPS).flatMap(([kind, { elementwise }]) => (elementwise ? [kind] : []));

type Isa = keyof typeof RUNNABLE;
const kernelsOf = (isa: Isa) => ALL_KERNELS.filter((kernel) => RUNNABLE[isa].includes(kernel.isa));
const isaOf = (board: Board): Isa => CORES[board.core].isa;

/** The calls of cores of an instruction set: seconds to make. */
const known = new Map<Isa, ReturnType<typeof makeCalls>>();

/** The kernels a board can run, and calls of them. */
function callsFor(board: Board) {
  const isa = isaOf(board);
  const calls = known.get(isa) ?? makeCalls(isa);
  known.set(isa, calls);
  return calls;
}

function makeCalls(isa: Isa, largest?: number) {
  const kernels = kernelsOf(isa);
  const calls = kernelCalls(kernels, largest);
  const sources = [...kernelFiles(kernels), ...OTHER_KERNELS.map(({ symbol }) => kernelFile(symbol))];
  return { calls, sources, records: Buffer.concat(calls.list.map((call) => call.record)) };
}

test('some lanes of two rows have an order of the rows, in one block of inputs and in more', () => {
  const lanes = laneCases().map(({ op }) => {
    const { weights } = (op as Op<'matvec'>).attributes;
    const { flush, ordered } = chooseLanes(weights);
    return `${ordered ? 'ordered' : 'plain'} ${flush < weights.cols ? 'blocks' : 'block'}`;
  });
  expect(lanes).toEqual(expect.arrayContaining(['ordered block', 'ordered blocks', 'plain block']));
});

test('every kernel and every element-wise op has calls', () => {
  const counts = new Map<string, number>();
  for (const { what } of kernelCalls().list) counts.set(what, (counts.get(what) ?? 0) + 1);
  for (const what of [...[...ALL_KERNELS, ...OTHER_KERNELS].map(({ symbol }) => symbol), ...ELEMENTWISE])
    expect([what, (counts.get(what) ?? 0) >= 33]).toEqual([what, true]);
});

for (const { id, board, skipped } of await boardsToTest()) {
  const { calls, sources, records } = callsFor(board);
  test.skipIf(skipped)(`${calls.list.length} calls on ${id} give what the ops give`, { timeout: 120_000 }, async () => {
    compareOutputs(await runProgram({ board, main: kernelProgram(calls), sources, input: records }), calls.list);
  });
}

for (const [at, { id, board, skipped }] of (await boardsToTest()).entries()) {
  test.skipIf(skipped)(`random matrices on ${id}`, { timeout: 300_000 }, async () => {
    // few of each; `npm run fuzz:kernels` does a thousand, at every level
    const kernels = kernelsOf(isaOf(board));
    for (const [o, optimization] of OPTIMIZATIONS.entries()) {
      if (!WHOLE && o !== at % OPTIMIZATIONS.length) continue;
      const calls = randomCalls(kernels, 8, o);
      const input = Buffer.concat(calls.list.map((call) => call.record));
      // a call between a variable that is bound to a register and its assembly shows only where nothing is inlined
      const extraFlags = (o + at) % 4 < 2 ? [] : ['-fno-inline'];
      const program = { main: kernelProgram(calls), sources: kernelFiles(kernels) };
      compareOutputs(await runProgram({ ...program, board, input, optimization, extraFlags }), calls.list);
    }
  });
}

describe('sanitized', async () => {
  const clang = await findCompiler('host', 'clang');
  const { board } = (await boardsToTest()).find(({ id }) => id === 'host')!;
  if (!clang.available) console.warn(`SKIPPED: kernels under sanitizers (${clang.install})`);
  test.skipIf(!clang.available)('no undefined behaviour in any call', { timeout: 600_000 }, async () => {
    // clang takes minutes over a function of thousands of checked sums
    const { calls, sources, records } = makeCalls(isaOf(board), 500);
    const extraFlags = ['-fsanitize=undefined,address', '-fno-sanitize-recover=all'];
    const main = kernelProgram(calls);
    compareOutputs(
      await runProgram({ board, main, sources, input: records, compiler: 'clang', extraFlags }),
      calls.list,
    );
  });
});
