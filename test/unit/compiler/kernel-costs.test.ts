import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { main as fitCosts } from '../../../bench/fit-costs.js';
import { compile } from '../../../src/compiler/compile.js';
import { COUNTS } from '../../../src/targets/costs.js';
import costs from '../../../src/targets/costs.json' with { type: 'json' };
import { sampleText } from '../../samples/sample-text.js';

/** The fastest kernel of the products of gru_digits on a Cortex-M4. */
const FASTEST = 'rnnq_matvec_s8_ternary_rowpair_dsp';

const chosen = (compiler: typeof compile) =>
  compiler(sampleText('gru_digits'), { core: 'cortex-m4', objective: 'speed' }).plan.choices.map(
    (c) => c.chosen.symbol,
  );

test('a kernel whose cost is not known is never chosen', async () => {
  expect(chosen(compile)).toContain(FASTEST);
  const { [FASTEST]: _, ...others } = costs;
  vi.doMock('../../../src/targets/costs.json', () => ({ default: others }));
  vi.resetModules();
  const fresh = await import('../../../src/compiler/compile.js');
  expect(chosen(fresh.compile)).not.toContain(FASTEST);
});

test('bench/fit-costs gives a kernel without costs a row, and leaves those of all others', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rnnq-costs-'));
  try {
    const [written, measured] = [join(folder, 'costs.json'), join(folder, 'measured.json')];
    writeFileSync(written, JSON.stringify(costs));
    const kernels = [1, 2, 3, 4, 5, 6, 7].map((k) => {
      const counts = Object.fromEntries(COUNTS.map((name, i) => [name, (k * (i + 3) * 37) % 101]));
      return { kernel: 'rnnq_matvec_s8_new_c', core: 'cortex-m4', counts, cycles: 3 * counts.product! + 20, code: 84 };
    });
    writeFileSync(measured, JSON.stringify({ kernels }));
    fitCosts([measured, '--costs', written]);
    const { rnnq_matvec_s8_new_c: added, ...others } = JSON.parse(readFileSync(written, 'utf8'));
    expect(others).toEqual(costs);
    expect(Object.keys(added)).toEqual(['m4']);
    expect(added.m4.bytes).toBe(84);
    expect(added.m4.cycles.product).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
