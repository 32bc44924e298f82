import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { findCompiler } from '../../src/build/toolchain.js';
import { collectReport } from '../../src/collect-report.js';
import { compile } from '../../src/compiler/compile.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { renderPage } from '../../src/report/page/page.js';
import { readPageAssets } from '../../src/report/page/shell.js';
import { publishedSchema } from '../../src/report/schema.js';
import { CORES, type CoreName } from '../../src/targets/cores.js';
import { SAMPLES, sampleText } from '../samples/sample-text.js';

const MAX_PAGE_BYTES = 150_000;
const published: unknown = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'docs', 'report.schema.json'), 'utf8'));

test('docs/report.schema.json is the schema of the code (node scripts/run.mjs scripts/write-report-schema.ts writes it)', () => {
  expect(published).toEqual(JSON.parse(JSON.stringify(publishedSchema())));
});

// four of them; RNNQ_ALL=1: each sample on each core
const pairs: readonly (readonly [string, CoreName])[] =
  process.env.RNNQ_ALL === '1'
    ? SAMPLES.flatMap((name) => (Object.keys(CORES) as CoreName[]).map((core) => [name, core] as const))
    : [
        ['lstm_one_hot', 'host'],
        ['gru_many_zeros', 'cortex-m0'],
        ['gru_digits', 'cortex-m4'],
        ['lstm_16_bits', 'cortex-m55'],
      ];

describe('a measured report', () => {
  const valid = new Ajv2020({ strict: false }).compile(published as object);

  test.for(pairs)(
    '%s on %s: its symbols are its sections, its JSON has the published schema, the same input gives the same bytes',
    async ([name, core], context) => {
      const compiler = await findCompiler(core, 'gcc');
      if (!compiler.available) return context.skip(`${compiler.tool} is missing: ${compiler.install}`);
      const compilation = compile(sampleText(name), { core });
      const report = await collectReport(compilation);
      const sum = (...sections: string[]): number =>
        report.symbols.reduce((total, { bytes, section }) => total + (sections.includes(section) ? bytes : 0), 0);
      const { text, data, bss } = report.measured!.total;
      expect([sum('code', 'constants'), sum('data'), sum('bss')]).toEqual([text, data, bss]);
      const constants = report.symbols.filter(({ role }) => ['weights', 'bias', 'scale', 'table'].includes(role));
      const known = constants.filter(({ section }) => section === 'constants').reduce((total, s) => total + s.bytes, 0);
      expect(known).toBe(report.computed.constants.total);
      expect(report.symbols.filter(({ role }) => role === 'step').length).toBeGreaterThan(3);
      const json = JSON.parse(JSON.stringify(report)) as unknown;
      expect(valid(json), JSON.stringify(valid.errors)).toBe(true);
      const page = renderPage(report, readPageAssets());
      expect(Buffer.byteLength(page)).toBeLessThan(MAX_PAGE_BYTES);
      const again = await collectReport(compile(sampleText(name), { core }));
      expect(JSON.stringify(again)).toBe(JSON.stringify(report));
      expect(renderPage(again, readPageAssets())).toBe(page);
      const drawn = renderPage(report, { style: '', script: '' });
      expect(drawn.match(/NaN|undefined|Infinity/)).toBeNull();
    },
  );

  test('the schema refuses what is no report', () => {
    expect(valid({ schema: 'rnnq-report/1' })).toBe(false);
  });
});
