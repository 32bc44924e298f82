import { describe, expect, test } from 'vitest';
import { renderPage } from '../../src/report/page/page.js';
import { squarify } from '../../src/report/page/treemap.js';
import type { Report } from '../../src/report/schema.js';
import { exampleReport } from './example-report.js';

const assets = { style: 'body{}', script: '1;' };
const page = (name?: string, changes?: Partial<Report>): string => renderPage(exampleReport(name, changes), assets);
const ids = (text: string): string[] => [...text.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id!);

/** Numbers of one attribute in all of a page. */
const numbers = (text: string, name: string): number[] =>
  [...text.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g'))].map(([, value]) => Number(value));

describe('the page of a report', () => {
  test('has a section for everything that is known, and none for what is not', () => {
    expect(ids(page())).toEqual([
      'flash',
      'cycles',
      'ram',
      'accuracy',
      'alarms',
      'stream',
      'time',
      'training',
      'weights',
      'baseline',
    ]);
    const bare = {
      ...{
        measured: null,
        missing: 'gcc: apt install it',
        symbols: [],
        cycles: null,
        accuracy: null,
        boards: [],
        stream: null,
        evaluation: null,
      },
      ...{ baseline: null, training: { facts: {}, curves: [] }, choices: [] },
    };
    const text = page('kws', bare);
    expect(ids(text)).toEqual(['flash', 'ram', 'weights']);
    expect(text).toContain('gcc: apt install it');
  });

  test('is well-formed, and every length is a number of 0 or more', () => {
    const text = page();
    for (const name of ['x', 'y', 'width', 'height', 'r', 'cx', 'cy', 'x1', 'x2', 'y1', 'y2', 'fill-opacity'])
      for (const value of numbers(text, name)) expect(value, name).toSatisfy(Number.isFinite);
    for (const name of ['width', 'height', 'r']) expect(Math.min(...numbers(text, name))).toBeGreaterThanOrEqual(0);
    const open: string[] = [];
    for (const [tag, end, name] of text.matchAll(/<(\/?)([a-z][a-z0-9]*)(?: [^<>]*)?>/g)) {
      if (end === '/') expect(open.pop(), tag).toBe(name);
      else if (!(tag.endsWith('/>') || name === 'meta')) open.push(name!);
    }
    expect(open).toEqual([]);
  });

  test('shows the numbers of the report', () => {
    const text = page();
    for (const shown of [
      '1,600',
      '1,500',
      '88',
      '90.00 %',
      '93.8 µs',
      'bands of kws',
      'margin of kws above 100',
      'A frame: 4,100 cycles',
      '1,084',
      '1,352',
      '20.0 % missed, at most 1.5 false alarms an hour',
      '10 µs',
      '+100 (+6.7 %)',
      '−2.00 points',
    ])
      expect(text).toContain(shown);
    // Wilson's interval of 18 of 20
    expect(text).toContain('69.9 % to 97.2 %');
  });

  test('stays small with curves of many classes, which begin and end where they should', () => {
    const points = Array.from({ length: 400 }, (_, i): [number, number] => [i / 399, Math.sqrt(i / 399)]);
    const curves = Array.from({ length: 12 }, (_, k) => ({ name: `class ${k}`, points }));
    const plot = { kind: 'curves', title: 'ROC', x: 'false alarms, share of all', y: 'found', curves } as const;
    const { accuracy } = exampleReport();
    const text = page('kws', { accuracy: { ...accuracy!, plots: [plot, plot] } });
    expect(Buffer.byteLength(text)).toBeLessThan(90_000);
    expect(text).toContain('<title>class 11\nfalse alarms 0, found 0</title>');
    expect(text).toContain('<title>class 11\nfalse alarms 1, found 1</title>');
  });

  test('names of models, layers, labels and symbols are text, whatever they hold', () => {
    const hostile = `"'></title></script><img src=x onerror=alert(1)>&amp;\u202e\u0000`;
    const [plain, text] = [page('kws'), page(hostile)];
    const tags = (html: string): string[] => html.match(/<\/?[a-z]\w*/g) ?? [];
    const shape = (html: string): Record<string, number> =>
      Object.fromEntries(
        ['<script', '<img', '</title', '<style'].map((tag) => [tag, tags(html).filter((t) => t === tag).length]),
      );
    expect(shape(text)['<img']).toBe(0);
    expect(shape(text)['<script']).toBe(shape(plain)['<script']);
    for (const character of ['\u0000', '\u202e']) expect(text).not.toContain(character);
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;&amp;amp;');
  });

  test('the same report gives the same bytes, and loads nothing', () => {
    expect(page()).toBe(page());
    expect(page()).not.toMatch(/(src|href)="(?!#)|url\(|@import|style="/);
    expect(page()).toMatch(/default-src &#39;none&#39;; style-src &#39;sha256-/);
  });
});

test('a treemap covers its rectangle with areas in proportion', () => {
  const values = [60, 25, 10, 4, 1];
  const places = squarify(values, { x: 10, y: 5, width: 200, height: 50 });
  places.forEach(({ x, y, width, height }, i) => {
    expect(width * height).toBeCloseTo(values[i]! * 100, 6);
    expect(x >= 10 - 1e-9 && y >= 5 - 1e-9 && x + width <= 210 + 1e-9 && y + height <= 55 + 1e-9).toBe(true);
  });
  expect(squarify([1], { x: 0, y: 0, width: 0, height: 9 })).toEqual([{ x: 0, y: 0, width: 0, height: 0 }]);
});
