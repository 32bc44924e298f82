import { describe, expect, test } from 'vitest';
import { findCompiler } from '../../src/build/toolchain.js';
import { allKernels } from '../../src/targets/kernels.js';
import { boardsToTest } from '../unit/boards/tool-check.js';
import { GUARD, GUARD_BYTE, type KernelCall, kernelCalls, kernelProgram } from './kernel-calls.js';
import { packagePath, runProgram } from './run-program.js';

const calls = kernelCalls();
const records = Buffer.concat(calls.map((call) => call.record));
const cFile = (symbol: string): string => {
  const stem = symbol.replace(/^rnnq_/, '');
  return packagePath(`runtime-c/kernels/${stem.split('_')[0]}/${stem}.c`);
};
const sources = allKernels().map((kernel) => cFile(kernel.symbol));

/** Compares every output with the interpreter's, and every guard with what it was. */
function compare(view: DataView): void {
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

test('every kernel has calls, also in place where its row allows that', () => {
  const count = (symbol: string, filter: (call: KernelCall) => boolean = () => true): number =>
    calls.filter((call) => call.kernel.symbol === symbol && filter(call)).length;
  for (const { symbol, inPlace } of allKernels()) {
    expect(count(symbol)).toBeGreaterThanOrEqual(33);
    for (const input of inPlace)
      expect(count(symbol, (call) => call.description.endsWith(`input ${input}`))).toBeGreaterThanOrEqual(33);
  }
});

for (const { id, board, skipped } of await boardsToTest()) {
  test.skipIf(skipped)(`${calls.length} calls on ${id} give what the ops give`, { timeout: 60_000 }, async () => {
    compare(await runProgram({ board, main: kernelProgram(), sources, input: records }));
  });
}

describe('sanitized', async () => {
  const clang = await findCompiler('host', 'clang');
  const { board } = (await boardsToTest()).find(({ id }) => id === 'host')!;
  if (!clang.available) console.warn(`SKIPPED: kernels under sanitizers (${clang.install})`);
  test.skipIf(!clang.available)('no undefined behaviour in any call', { timeout: 60_000 }, async () => {
    const extraFlags = ['-fsanitize=undefined,address', '-fno-sanitize-recover=all'];
    compare(await runProgram({ board, main: kernelProgram(), sources, input: records, compiler: 'clang', extraFlags }));
  });
});
