import { expect, test } from 'vitest';
import { comparedFigures, formatComparison, labelled, markdownComparison } from '../../src/report/comparison.js';
import { renderComparison } from '../../src/report/page/comparison.js';
import type { Report } from '../../src/report/schema.js';
import { exampleReport } from './example-report.js';

const assets = { style: 'body{}', script: '1;' };
const with_ = (name: string, facts: Partial<Report['facts']>) => {
  const report = exampleReport(name);
  return { path: `models/${name}.json`, report: { ...report, facts: { ...report.facts, ...facts } } };
};
const two = [with_('small', { flash: 1000, cycles: 3000 }), with_('fast', { flash: 2000, cycles: 1500, stack: null })];

test('models stand side by side, the best of each figure marked', () => {
  const text = formatComparison(labelled(two));
  expect(text).toMatch(/small .* 1,000 \* .* 3,000 /);
  expect(text).toMatch(/fast .* 2,000 .*not measured .* 1,500 \*/);
  // equal figures have no best one
  expect(comparedFigures(labelled(two)).find(({ name }) => name === 'ram')?.best).toBeNull();
  expect(markdownComparison(labelled(two))).toMatch(
    /^### rnnq: 2 models on cortex-m4\n\n\| model .*\n.*\n\| small .*\*\*1,000\*\*/,
  );
});

test('models of one name are known by their files', () => {
  const same = [with_('kws', {}), { ...with_('kws', {}), path: 'b/kws.json' }];
  expect(labelled(same).map(({ label }) => label)).toEqual(['models/kws.json', 'b/kws.json']);
});

test('the accuracy of another measure is not compared', () => {
  const [a, b] = two as [(typeof two)[0], (typeof two)[0]];
  const measures = [{ ...b.report.accuracy!.measures[0]!, name: 'rmse', unit: 'V', better: 'lower' as const }];
  const other = { ...b, report: { ...b.report, accuracy: { ...b.report.accuracy!, measures } } };
  const figures = comparedFigures(labelled([a, other]));
  expect(figures.find(({ name }) => name === 'accuracy')?.values).toEqual([0.9, null]);
});

test('the page has the figures and the flash of every model; names are text', () => {
  const hostile = `"'></title></script><img src=x onerror=alert(1)>|`;
  const models = labelled([...two, with_(hostile, {})]);
  const page = renderComparison(models, assets);
  for (const shown of ['3 models', 'small', '1,000', '3,000', 'not measured', 'What flash is made of'])
    expect(page).toContain(shown);
  expect(page).not.toContain('<img');
  expect(page.match(/ (?:width|height)="-/)).toBeNull();
  expect(renderComparison(models, assets)).toBe(page);
  expect(markdownComparison(models).split('\n')[6]).not.toMatch(/<img|onerror=alert\(1\)>\|/);
});
