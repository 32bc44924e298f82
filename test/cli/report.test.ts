import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findCompiler } from '../../src/build/toolchain.js';
import type { Report } from '../../src/report/schema.js';
import { sampleModel, sharedPlace } from './place.js';

const SAMPLE = sampleModel('rnn_relu_binary');
const { path, rnnqWith } = sharedPlace();
const gcc = await findCompiler('host', 'gcc');

const report = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => rnnqWith(env, 'report', SAMPLE, ...args);

describe('rnnq report', () => {
  test('a page, a budget that is kept, one that is broken, and the lines for a workflow', async (context) => {
    if (!gcc.available) return context.skip(`gcc is missing: ${gcc.install}`);
    const first = await report(['--html', 'page.html', '--json']);
    expect([first.exitCode, first.stderr]).toEqual([0, '']);
    const json = JSON.parse(first.stdout) as Report;
    const { flash } = json.facts;
    expect(readFileSync(path('page.html'), 'utf8')).toContain(`Flash: ${flash!.toLocaleString('en-US')} bytes`);
    writeFileSync(path('old.json'), first.stdout);
    const kept = await report(['--baseline', 'old.json', '--budget', `flash=${flash},growth=0%`]);
    expect([kept.exitCode, kept.stderr]).toEqual([0, '']);

    const [compiler, other] = [json.measured!.compiler, 'gcc 1.0'];
    const smaller = JSON.stringify(json)
      .replaceAll(compiler, other)
      .replace(`"flash":${flash}`, `"flash":${flash! - 1}`);
    writeFileSync(path('smaller.json'), smaller);
    const env = { GITHUB_STEP_SUMMARY: path('summary.md'), GITHUB_ACTIONS: 'true' };
    const broken = await report(['--baseline', 'smaller.json', '--budget', 'growth=0%,stack=1,accuracy=90%'], env);
    expect(broken.exitCode).toBe(1);
    expect(broken.stderr.match(/^::error title=rnnq budget::/gm)).toHaveLength(3);
    expect(broken.stderr).toMatch(/^::error .*more than 0.00 %25$/m);
    expect(readFileSync(path('summary.md'), 'utf8')).toContain(`compiler was ${other}, is`);
    expect((await report(['--max-flash', String(flash! - 1)])).stderr).toMatch(/^(warning: --max-flash|)/);
  });

  test('a layer without weights has no share of zeros and no bits of a weight', async () => {
    const { stdout } = await rnnqWith({ PATH: '' }, 'report', sampleModel('conv_pool_gru'));
    expect(stdout).toMatch(/^\S+ +pool \d+ +0 +- +0 +- +0$/m);
  });

  let measured: string | undefined;
  const NOT_MEASURED = 'was not measured: it needs';
  test.for([
    ['each limit of the compiler broken', 'flash=1,ram=1,stack=1', 1, ['flash: ', 'RAM: ', 'stack: ']],
    ['limits of what nothing measured', 'cycles=9999999,time=1s,accuracy=1%', 1, Array(3).fill(NOT_MEASURED)],
    ['one kept and one broken', 'flash=9999999,stack=1', 1, ['stack: ']],
    ['a baseline with names of lines and commands', 'growth=900%', 0, []],
    ['a baseline that was not measured', 'growth=900%,flash=9999999', 1, Array(3).fill('not measured in the baseline')],
  ] as const)('accidents: %s', async ([what, budget, exitCode, problems], context) => {
    if (!gcc.available) return context.skip(`gcc is missing: ${gcc.install}`);
    measured ??= (await report(['--json'])).stdout;
    const { symbols, computed, facts, ...rest } = JSON.parse(measured) as Report;
    const hostile = 'a%0A|b`\n::error::x\r\n### <b>';
    const nothing = what.includes('not measured') ? { flash: null, ram: null, stack: null } : {};
    const old = {
      ...{ ...rest, facts: { ...facts, ...nothing }, computed: { ...computed, model: hostile } },
      symbols: [...symbols, { ...symbols[0]!, name: hostile, bytes: 7 }],
    };
    writeFileSync(path('old.json'), JSON.stringify(old));
    const summary = path(`summary-${budget}.md`);
    const env = { GITHUB_STEP_SUMMARY: summary, GITHUB_ACTIONS: 'true' };
    const result = await report(['--baseline', 'old.json', '--budget', budget], env);
    expect(result.exitCode).toBe(exitCode);
    const lines = result.stderr.split('\n').filter((line) => line !== '');
    const [annotations, texts] = ['::error title=rnnq budget::', 'over budget: '].map((start) =>
      lines.flatMap((line) => (line.startsWith(start) ? [line.slice(start.length)] : [])),
    );
    expect([lines.length, annotations!.length, texts!.length]).toEqual([
      2 * problems.length,
      problems.length,
      problems.length,
    ]);
    problems.forEach((problem, i) => {
      expect([annotations![i], texts![i]]).toEqual([
        expect.stringContaining(problem),
        expect.stringContaining(problem),
      ]);
    });
    // a name is one cell of one row, whatever it holds
    const row = readFileSync(summary, 'utf8')
      .split('\n')
      .filter((line) => line.includes('%0A'));
    expect(row).toEqual([expect.stringMatching(/^\| a%0A&#124;b&#96; ::error::x &#35;.* \| 7 \| 0 \| −7 \|$/)]);
  });

  test('several models side by side; options of one model are refused', async (context) => {
    if (!gcc.available) return context.skip(`gcc is missing: ${gcc.install}`);
    const other = SAMPLE.replace('rnn_relu_binary', 'gru_before_hard');
    const both = await report([other, '--html', 'both.html', '--markdown', 'both.md', '--json']);
    expect([both.exitCode, both.stderr]).toEqual([0, '']);
    const { schema, reports } = JSON.parse(both.stdout) as { schema: string; reports: Report[] };
    expect([schema, reports.length]).toEqual(['rnnq-comparison/1', 2]);
    const flash = reports.map(({ facts }) => facts.flash!.toLocaleString('en-US'));
    for (const file of ['both.html', 'both.md'])
      for (const bytes of flash) expect(readFileSync(path(file), 'utf8')).toContain(bytes);
    const refused = await report([other, '--budget', 'flash=1']);
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('bad_option at --budget')]);
  });

  test('what is no page of rnnq is not replaced', async () => {
    writeFileSync(path('mine.html'), '<p>mine');
    const { exitCode, stderr } = await report(['--html', 'mine.html']);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('files_in_the_way')]);
    expect(readFileSync(path('mine.html'), 'utf8')).toBe('<p>mine');
  });

  test.each([
    ['{"schema":"rnnq-report/9"}', 'its schema is "rnnq-report/9", expected "rnnq-report/1"'],
    ['{}', 'the key schema is missing'],
    ['null', 'the key schema is missing'],
    ['{"schema":"rnnq-report/1"}', 'computed: is missing'],
    ['not JSON', 'it is not JSON'],
  ])('a baseline of %s is refused before anything is measured', async (text, message) => {
    writeFileSync(path('bad.json'), text);
    const { exitCode, stderr } = await report(['--baseline', 'bad.json', '--html', 'never.html']);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('error report_unusable at bad.json: ')]);
    expect(stderr).toContain(message);
    expect(existsSync(path('never.html'))).toBe(false);
  });

  test.each([
    ['not JSON', 'it is not JSON'],
    ['{}', 'what'],
    ['{"what":"x","seconds":1,"decision":null,"sweep":[],"figures":null}', 'sweep: '],
  ])('an evaluation of %s is refused', async (text, message) => {
    writeFileSync(path('stream.json'), text);
    const { exitCode, stderr } = await report(['--evaluation', 'stream.json']);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('error evaluation_unusable at stream.json: ')]);
    expect(stderr).toContain(message);
  });

  test('a wrong budget is a wrong command line', async () => {
    for (const args of [
      ['--budget', 'rom=1'],
      ['--budget', 'growth=2%'],
      ['--budget', 'flash=10k'],
    ])
      expect((await report(args)).exitCode).toBe(2);
  });
});
