import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { countingBoard, loadBoard } from '../../../src/boards/board.js';
import { findCompiler } from '../../../src/build/toolchain.js';
import { missingTool } from '../../../src/cli/commands/verify.js';
import {
  atLeast,
  atLeastNext,
  atMost,
  clamp,
  clampNear,
  ifNegative,
  leadingZeros,
  lowerHalf,
  multiplyHigh,
  requantizeMultiplier,
  requantizeShift,
  roundShift,
  roundShiftMore,
  saturate8,
  saturate8Above,
  saturateU8,
  tableIndex,
  tableLine,
  tablePosition,
  upperHalf,
} from '../../../src/fixed/fixed.js';
import { CORES } from '../../../src/targets/cores.js';
import { type ProgramRequest, packagePath, runProgram } from '../../kernels/run-program.js';
import { EXACT, type FunctionName } from './exact.js';
import { makeVectors } from './vectors.js';

const COMPUTE = {
  ifNegative,
  clamp,
  clampNear,
  atMost,
  atLeast,
  atLeastNext,
  saturate8,
  saturate8Above,
  saturateU8,
  roundShift,
  roundShiftMore,
  requantizeMultiplier,
  requantizeShift,
  tableIndex,
  multiplyHigh,
  leadingZeros,
  lowerHalf,
  upperHalf,
  tablePosition,
  tableLine,
};
const NAMES = Object.keys(EXACT) as FunctionName[];
const vectors = makeVectors(4000);
const arity: Record<FunctionName, number> = {
  ifNegative: 3,
  clamp: 3,
  clampNear: 3,
  atMost: 2,
  atLeast: 2,
  atLeastNext: 2,
  saturate8: 1,
  saturate8Above: 1,
  saturateU8: 1,
  roundShift: 2,
  roundShiftMore: 2,
  requantizeMultiplier: 4,
  requantizeShift: 3,
  tableIndex: 3,
  multiplyHigh: 2,
  leadingZeros: 1,
  lowerHalf: 1,
  upperHalf: 2,
  tablePosition: 3,
  tableLine: 4,
};
const cName = (name: string): string => `rnnq_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;

describe.each(NAMES)('%s', (name) => {
  test('is the formula of the page, over all integers', () => {
    const compute = COMPUTE[name] as (...args: number[]) => number;
    const own = vectors.filter((v) => v.name === name);
    expect(own.length).toBeGreaterThanOrEqual(4000);
    for (const { args, expected } of own)
      if (compute(...args) !== expected) expect([args, compute(...args)]).toEqual([args, expected]);
  });
});

test('ties go towards plus infinity, also below zero', () => {
  expect([3, 1, -1, -3, -5].map((a) => roundShift(a, 1))).toEqual([2, 1, 0, -1, -2]);
  expect([6, 2, -2, -6].map((a) => roundShift(a, 2))).toEqual([2, 1, 0, -1]);
});

test('shifts at the edges of int32', () => {
  for (let n = 1; n <= 30; n++) {
    const most = 2 ** 31 - 1 - 2 ** (n - 1);
    for (const a of [most, -(2 ** 31), -(2 ** 31) + 1])
      expect(roundShift(a, n)).toBe(Number(EXACT.roundShift(BigInt(a), BigInt(n))));
  }
});

test('the C header has the same functions in the same order', () => {
  const header = readFileSync(packagePath('runtime-c/include/rnnq_fixed.h'), 'utf8');
  const ts = readFileSync(packagePath('src/fixed/fixed.ts'), 'utf8');
  const inC = [...header.matchAll(/^RNNQ_INLINE int32_t (\w+)\(/gm)].map((m) => m[1]);
  const inTs = [...ts.matchAll(/^export const (\w+) = \(/gm)].map((m) => cName(m[1]!));
  expect(inC).toEqual(inTs);
  expect(inC).toEqual(NAMES.map(cName));
});

const program = (): string => {
  const cases = NAMES.map((name, index) => {
    const args = Array.from(
      { length: arity[name] },
      (_, k) => `${name === 'leadingZeros' ? '(uint32_t)' : ''}v[${k + 1}]`,
    ).join(', ');
    return `        case ${index}: r = ${cName(name)}(${args}); break;`;
  });
  return `#include "rnnq_fixed.h"
#include "rnnq_io.h"

int main(void)
{
    int32_t v[5];
    int32_t r = 0;

    while (rnnq_io_read(v, sizeof v)) {
        switch (v[0]) {
${cases.join('\n')}
        default: return 1;
        }
        rnnq_io_write(&r, sizeof r);
    }
    return 0;
}
`;
};

const input = Int32Array.from(vectors.flatMap(({ name, args }) => [NAMES.indexOf(name), ...args]));
const expected = vectors.map((v) => v.expected);
const run = async (board: string, options: Partial<ProgramRequest>): Promise<number[]> => {
  const request = { board: loadBoard(board), main: program(), input: new Uint8Array(input.buffer) };
  const view = await runProgram({ ...request, ...options });
  expect(view.byteLength).toBe(4 * vectors.length);
  return vectors.map((_, i) => view.getInt32(4 * i, true));
};

const UBSAN = ['-fsanitize=undefined', '-fno-sanitize-recover=all'];
// RNNQ_BRANCH_FREE: what compilers for Arm get
test.for([
  ['gcc', []],
  ['clang', []],
  ['gcc', ['-DRNNQ_BRANCH_FREE']],
  ['clang', ['-DRNNQ_BRANCH_FREE']],
] as const)(
  'the C twin gives the same integers without undefined behaviour, %s %s',
  { timeout: 30_000 },
  async ([compiler, flags], context) => {
    const found = await findCompiler('host', compiler);
    if (!found.available) return context.skip(`${compiler} is missing: ${found.install}`);
    expect(await run('host', { extraFlags: [...UBSAN, ...flags], compiler })).toEqual(expected);
  },
);

// without and with instructions that saturate
test.for(['cortex-m0', 'cortex-m4'] as const)(
  'the C twin gives the same integers on %s',
  { timeout: 60_000 },
  async (core, context) => {
    const missing = await missingTool(core);
    if (missing !== null) return context.skip(missing);
    expect(await run(countingBoard(core), { extraFlags: CORES[core].flags })).toEqual(expected);
  },
);
