import { describe, expect, test } from 'vitest';
import { oneLine } from '../../src/diagnostics.js';
import { judge, parseBudget } from '../../src/report/budget.js';
import { annotation, formatBudget, markdownSummary } from '../../src/report/budget-text.js';
import type { Report } from '../../src/report/schema.js';
import { exampleReport } from './example-report.js';

const problems = (budget: string, changes: Partial<Report> = {}): string[] =>
  judge(exampleReport('kws', changes), parseBudget(budget)).flatMap((verdict) => verdict.problems);

describe('budgets', () => {
  test('read units and per cent', () => {
    expect(parseBudget('flash=10000, time=5ms,accuracy=96%,growth=2%')).toEqual({
      limits: { flash: 10000, time: 0.005, accuracy: 0.96 },
      growth: 0.02,
    });
    expect(parseBudget('time=300us').limits.time).toBeCloseTo(3e-4, 12);
  });

  test.each([
    ...['', 'flash', 'flash=', 'flash=-1', 'flash=1.5', 'flash=1e3', 'flash=1,flash=2', 'rom=1', 'time=5'],
    ...['flash=5ms', 'flash=2%', 'growth=2', 'growth=1%,growth=2%', 'accuracy=1s', 'flash=1;ram=2', '__proto__=1'],
  ])('refuse %j', (text) => {
    expect(() => parseBudget(text)).toThrow(/bad_option at --budget/);
  });

  test('each limit holds at its value and is broken beyond it', () => {
    expect(problems('flash=1600,ram=120,stack=88,cycles=1500,accuracy=0.9')).toEqual([]);
    expect(problems('flash=1599,ram=119,stack=87,cycles=1499,accuracy=0.901')).toEqual([
      'flash: 1,600, the limit is 1,599',
      'RAM: 120, the limit is 119',
      'stack: 88, the limit is 87',
      'cycles of a step: 1,500, the limit is 1,499',
      'accuracy, fixed point: 90.00 %, the limit is 90.10 %',
    ]);
  });

  test('growth is judged against the baseline, exactly', () => {
    expect(problems('growth=7%')).toEqual([]);
    expect(problems('growth=6%')).toEqual(['flash grew from 1,500 to 1,600, more than 6.00 %']);
  });

  test('a limit whose figure was not measured is broken', () => {
    const nothing = { flash: null, ram: null, stack: null, cycles: null, time: null, accuracy: null };
    const all = problems('flash=1,ram=1,stack=1,cycles=1,time=1s,accuracy=1%', { facts: nothing });
    expect(all).toHaveLength(6);
    expect(all[5]).toBe('accuracy, fixed point has the limit 1.00 %, but was not measured: it needs --data');
    expect(problems('growth=1%', { facts: nothing })).toHaveLength(4);
  });

  test('an error measure is better where it is lower', () => {
    const { accuracy, facts } = exampleReport();
    const rmse = { ...accuracy!.measures[0]!, name: 'rmse', unit: 'V', better: 'lower' as const };
    const changes = { accuracy: { ...accuracy!, measures: [rmse] }, facts: { ...facts, accuracy: 0.5 } };
    expect(problems('accuracy=0.5', changes)).toEqual([]);
    expect(problems('accuracy=0.4', changes)).toEqual(['RMSE, fixed point: 0.5 V, the limit is 0.4 V']);
    // a unit is a text of the model: it must not begin a line of a workflow's log
    const unit = '%\n::stop-commands::x';
    const hostile = { ...changes, accuracy: { ...accuracy!, measures: [{ ...rmse, unit }] } };
    const [problem] = problems('accuracy=0.4', hostile);
    for (const line of [annotation(problem!), oneLine(problem!)]) expect(line).not.toMatch(/[\r\n]/);
    expect(annotation(problem!)).toContain('0.5 %25%0A::stop-commands::x');
  });

  test('summary and annotations: tables that no name breaks', () => {
    const report = exampleReport('a|b`\n<script>@everyone');
    const verdicts = judge(report, parseBudget('flash=1599,growth=6%'));
    const text = markdownSummary(report, verdicts);
    const rows = text.split('\n').filter((line) => line.startsWith('| '));
    for (const row of rows) expect([4, 6]).toContain(row.split('|').length - 2);
    expect(text).not.toMatch(/<script>|@everyone|a\|b/);
    expect(text).toContain('compiler was gcc 1, is gcc');
    expect(formatBudget(verdicts)).toMatch(/^flash .* over$/m);
    expect(annotation('100 % of\r\nit')).toBe('::error title=rnnq budget::100 %25 of%0D%0Ait');
  });
});
