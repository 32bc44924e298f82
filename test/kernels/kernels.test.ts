import { describe, expect, test } from 'vitest';
import type { Board } from '../../src/boards/board.js';
import { findCompiler } from '../../src/build/toolchain.js';
import { CORES } from '../../src/targets/cores.js';
import { KERNELS, RUNNABLE } from '../../src/targets/kernels.js';
import { boardsToTest } from '../unit/boards/tool-check.js';
import { GUARD, GUARD_BYTE, type KernelCall, kernelCalls, kernelProgram } from './kernel-calls.js';
import { packagePath, runProgram } from './run-program.js';

/** The kernels a board can run, and calls of them. */
function callsFor(board: Board) {
  const kernels = KERNELS.filter((kernel) => RUNNABLE[CORES[board.core].isa].includes(kernel.isa));
  const calls = kernelCalls(kernels);
  const sources = [...kernels.map((kernel) => kernel.symbol), 'rnnq_argmax_s16_c'].map(cFile);
  return { calls, sources, records: Buffer.concat(calls.list.map((call) => call.record)) };
}

const cFile = (symbol: string): string => {
  const stem = symbol.replace(/^rnnq_/, '');
  return packagePath(`runtime-c/kernels/${stem.split('_')[0]}/${stem}.c`);
};

/** Compares every output with the interpreter's, and every guard with what it was. */
function compare(view: DataView, calls: readonly KernelCall[]): void {
  let at = 0;
  for (const { expected, description } of calls) {
    const found = new Uint8Array(view.buffer, view.byteOffset + at, expected.length + GUARD);
    if (!Buffer.from(found.subarray(0, expected.length)).equals(expected))
      expect([description, ...found.subarray(0, expected.length)]).toEqual([description, ...expected]);
    if (found.subarray(expected.length).some((byte) => byte !== GUARD_BYTE))
      throw new Error(`${description}: wrote beyond its output`);
    at += expected.length + GUARD;
  }
  expect(view.byteLength).toBe(at);
}

test('every kernel and every element-wise op has calls', () => {
  const counts = new Map<string, number>();
  for (const { what } of kernelCalls().list) counts.set(what, (counts.get(what) ?? 0) + 1);
  for (const what of [
    ...KERNELS.map((k) => k.symbol),
    'accumulate',
    'add',
    'affine',
    'hard',
    'lerp',
    'lut',
    'mul',
    'narrow',
    'requantize',
  ])
    expect([what, (counts.get(what) ?? 0) >= 33]).toEqual([what, true]);
});

for (const { id, board, skipped } of await boardsToTest()) {
  const { calls, sources, records } = callsFor(board);
  test.skipIf(skipped)(`${calls.list.length} calls on ${id} give what the ops give`, { timeout: 60_000 }, async () => {
    compare(await runProgram({ board, main: kernelProgram(calls), sources, input: records }), calls.list);
  });
}

describe('sanitized', async () => {
  const clang = await findCompiler('host', 'clang');
  const { board } = (await boardsToTest()).find(({ id }) => id === 'host')!;
  if (!clang.available) console.warn(`SKIPPED: kernels under sanitizers (${clang.install})`);
  test.skipIf(!clang.available)('no undefined behaviour in any call', { timeout: 60_000 }, async () => {
    const { calls, sources, records } = callsFor(board);
    const extraFlags = ['-fsanitize=undefined,address', '-fno-sanitize-recover=all'];
    const main = kernelProgram(calls);
    compare(await runProgram({ board, main, sources, input: records, compiler: 'clang', extraFlags }), calls.list);
  });
});
