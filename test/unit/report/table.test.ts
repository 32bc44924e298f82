import { describe, expect, test } from 'vitest';
import { formatTable } from '../../../src/report/table.js';
import { columnsOf, hasColour, tintDiagnostic, widthOf, wrap } from '../../../src/report/terminal.js';

const widest = (text: string): number => Math.max(...text.split('\n').map(widthOf));

describe('tables', () => {
  test('numbers to the right, texts to the left, no limit where none is given', () => {
    expect(
      formatTable(
        ['name', 'bytes', 'note'],
        [
          ['weights', 12, 'a b'],
          ['x', '-', ''],
        ],
      ),
    ).toBe(['name     bytes  note', '-------  -----  ----', 'weights     12  a b', 'x            -'].join('\n'));
  });

  test('as many rows as steps were predicted', () => {
    const lines = formatTable(
      ['step'],
      Array.from({ length: 300_000 }, (_, i) => [i + 1]),
    ).split('\n');
    expect([lines.length, lines[2], lines.at(-1)]).toEqual([300_002, '     1', '300000']);
  });

  test('control characters of a cell appear as escapes', () => {
    const text = formatTable(['label', 'n'], [['\u001b[2Jred\n\u0085', 1]]);
    expect(text).toContain('\\x1b[2Jred\\x0a\\x85');
    expect(text.split('\n')).toHaveLength(3);
  });

  test('texts are wrapped between words, the widest column first', () => {
    const long = 'verified on the emulated core, which has the same instructions';
    const text = formatTable(['target', 'cycles', 'description'], [['m0', 12345, long]], 40);
    expect(widest(text)).toBeLessThanOrEqual(40);
    expect(text.split('\n')[2]).toBe('m0       12345  verified on the emulated');
    expect(text.replaceAll(/\s+/g, ' ')).toContain('the emulated core, which has the same');
  });

  test('columns that do not fit side by side go on below, with the first column again', () => {
    const labels = Array.from({ length: 12 }, (_, k) => `class${k}`);
    const rows = labels.map((label) => [label, ...labels.map((_, k) => 1000 + k)]);
    const text = formatTable(['wanted', ...labels], rows, 80);
    expect(widest(text)).toBeLessThanOrEqual(80);
    expect(text.split('\n').filter((line) => line.startsWith('class7'))).toHaveLength(text.split('\n\n').length);
    expect(text.match(/\d{4}/g)).toHaveLength(144);
  });

  test.each([20, 33, 60, 80, 120])('nothing is lost and nothing wider than %i columns', (width) => {
    const name = 'rnnq_matvec_s8_ternary_rowpair_dsp';
    const text = formatTable(['', 'kernel', 'weight bytes', 'note'], [['->', name, 1536, '漢字 ラベル é']], width);
    expect(widest(text)).toBeLessThanOrEqual(width);
    const letters = text.replaceAll(/[\s-]/g, '');
    for (const part of ['1536', '漢字', 'ラベル']) expect(letters).toContain(part);
  });
});

describe('width', () => {
  test('of a terminal, of COLUMNS, none in a pipe', () => {
    expect(columnsOf({ isTTY: true, columns: 100 }, { COLUMNS: '60' })).toBe(100);
    expect(columnsOf({ isTTY: true }, {})).toBe(80);
    expect(columnsOf({}, { COLUMNS: '60' })).toBe(60);
    for (const COLUMNS of [undefined, '', '0', '-5', 'wide', '1.5'])
      expect(columnsOf({}, { COLUMNS })).toBe(Number.POSITIVE_INFINITY);
  });

  test('symbols of two columns, marks of none, escapes of none', () => {
    expect(['abc', '漢字', 'e\u0301', '\u001b[31mred\u001b[39m'].map(widthOf)).toEqual([3, 4, 1, 3]);
  });

  test('a word longer than the line is cut', () => {
    expect(wrap('ab cdefgh', 4)).toEqual(['ab', 'cdef', 'gh']);
    expect(wrap('', 4)).toEqual(['']);
  });
});

describe('colours', () => {
  const terminal = { isTTY: true };
  test.each([
    [terminal, {}, true],
    [terminal, { TERM: 'dumb' }, false],
    [terminal, { NO_COLOR: '1' }, false],
    [terminal, { NO_COLOR: '' }, true], // no-color.org: an empty value does not count
    [terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    [terminal, { FORCE_COLOR: '0' }, false],
    [{}, {}, false],
    [{}, { FORCE_COLOR: '1' }, true],
    [{}, { FORCE_COLOR: '' }, true],
  ])('%o with %o: %s', (output, environment, expected) => {
    expect(hasColour(output, environment)).toBe(expected);
  });

  test('of a diagnostic: its first words and the hint alone', () => {
    const text = 'error bad_name at --name: no error x\n  hint: letters';
    const before = { ...process.env };
    Object.assign(process.env, { FORCE_COLOR: '1' });
    delete process.env.NO_COLOR;
    expect(tintDiagnostic(text)).toBe(
      '\u001b[31merror bad_name\u001b[39m at --name: no error x\n\u001b[33m  hint:\u001b[39m letters',
    );
    process.env = before;
  });
});
