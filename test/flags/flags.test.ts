import { describe, expect, test } from 'vitest';
import { RUNNERS } from '../../src/boards/runners/index.js';
import { findCompiler } from '../../src/build/toolchain.js';
import { some } from '../whole.js';
import { fewRows, type Result, runRows } from './campaign.js';
import { pairwise, type Row } from './pairwise.js';

const tools = [await findCompiler('cortex-m4'), await findCompiler('host', 'clang'), await RUNNERS.qemu.available()];
const missing = tools.find((tool) => !tool.available);

test('every two values of two factors that may meet are in some row', () => {
  const factors = { a: ['1', '2', '3'], b: ['x', 'y'], c: ['p', 'q', 'r', 's'], d: ['on', 'off'] };
  const allowed = ({ a, c }: Readonly<Record<string, string>>) => !(a === '1' && c === 'p');
  const rows = pairwise(factors, allowed);
  const entries = Object.entries(factors);
  for (const [a, xs] of entries)
    for (const [b, ys] of entries)
      if (a < b)
        for (const x of xs)
          for (const y of ys)
            expect([a, x, b, y, rows.some((row) => row[a] === x && row[b] === y)]).toEqual([
              a,
              x,
              b,
              y,
              allowed({ [a]: x, [b]: y }),
            ]);
  expect(rows.every(allowed)).toBe(true);
  expect(rows.length).toBeLessThan(20); // of 48; 12 at best
});

describe('programs in few of all surroundings', () => {
  test('give what the interpreter gives', { timeout: 300_000 }, async (context) => {
    if (missing !== undefined && process.env.RNNQ_REQUIRE_QEMU !== '1')
      return context.skip(`${missing.tool} is missing`);
    const rows = some(9, fewRows());
    for (const factor of [
      'core',
      'compiler',
      'program',
      '-flto',
      '-ffixed-r9',
      '-fno-omit-frame-pointer',
      '-fno-inline',
    ]) {
      const values = (list: readonly Row[]) => new Set(list.map((row) => row[factor]));
      expect([factor, values(rows)]).toEqual([factor, values(fewRows())]);
    }
    const results: Result[] = [];
    await runRows(rows, (result) => results.push(result));
    expect(results.filter(({ fault }) => fault !== null)).toEqual([]);
    expect(results.length).toBe(rows.length);
  });
});
