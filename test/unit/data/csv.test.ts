import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadDataset } from '../../../src/data/index.js';
import { DiagnosticError } from '../../../src/diagnostics.js';

const folder = mkdtempSync(join(tmpdir(), 'rnnq-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** `count` sequences of two steps for each label; the feature x is the label's place, y is constant. */
const rowsOf = (labels: readonly string[], count: number): string[] =>
  labels
    .flatMap((label, k) =>
      Array.from({ length: count }, (_, i) => [`${label}${i},${label},${k},5`, `${label}${i},${label},${k + 0.5},5`]),
    )
    .flat();
const HEADER = 'sequence,label,x,y';
const good = (labels: readonly string[] = ['a', 'b'], count = 20): string[] => [HEADER, ...rowsOf(labels, count)];

describe('a good file', () => {
  test('sequences, labels, split, learned scaling', async () => {
    const data = await loadDataset(write('my walk-1.csv', good().join('\n')));
    expect(data.name).toBe('my_walk_1_csv');
    expect(data.task.labels).toEqual(['a', 'b']);
    expect([data.train, data.validation, data.test].map((part) => part.targets.length)).toEqual([32, 4, 4]);
    // 16 sequences of each class: x is 0, 0.5, 1, 1.5 equally often, its variance 0.3125
    expect(data.input.offset).toEqual([0.75, 5]);
    expect(data.input.scale[0]).toBeCloseTo(1 / (4 * Math.sqrt(0.3125)), 12);
    expect(data.input.scale[1]).toBe(1);
    const codes = [0, 0.5, 1, 1.5].map((x) => Math.floor((x - 0.75) * data.input.scale[0]! * 128 + 0.5));
    for (const part of [data.train, data.validation, data.test])
      part.sequences.forEach((sequence, i) => {
        const k = 2 * part.targets[i]![0]!;
        expect(Array.from(sequence)).toEqual([codes[k], 0, codes[k + 1], 0]);
      });
  });

  test('byte order mark, CRLF, blank lines, quotes, spaces, exponents, capitals in the header', async () => {
    const plain = await loadDataset(write('plain.csv', good(['a', 'b, "c"']).map(quoted).join('\n')));
    const dressed = good(['a', 'b, "c"']).map((row) => quoted(row).replace(/,5$/, ' , 5.0e0 '));
    dressed[0] = '\uFEFFSequence, LABEL,x,y';
    const other = await loadDataset(write('plain.csv', `${dressed.join('\r\n\r\n')}\r\n`));
    expect(other).toEqual(plain);
    expect(plain.task.labels).toEqual(['a', 'b, "c"']);
    expect(plain.input.size).toBe(2);
  });

  test('numeric labels stand in the order of numbers, a name that is no C name gets a prefix', async () => {
    const data = await loadDataset(write('9 lives.CSV', good(['10', '9', '2']).join('\n')));
    expect(data.task.labels).toEqual(['2', '9', '10']);
    expect(data.name).toBe('data_9_lives_csv');
  });
});

/** Quotes the label that holds commas and quotes. */
function quoted(row: string): string {
  return row.replaceAll(/b, "c"(\d*),/g, (_, n: string) => `"b, ""c""${n}",`);
}

/** Replaces line `line` of a good file (the header is line 1). */
const edited = (line: number, row: string): string =>
  good()
    .map((old, i) => (i === line - 1 ? row : old))
    .join('\n');
const FAULTS: readonly (readonly [code: string, text: string, place: RegExp])[] = [
  ['csv_empty', '', /empty\.csv:/],
  ['csv_empty', '\n \n', /csv_empty/],
  ['csv_empty', HEADER, /csv_empty/],
  ['csv_header', good().slice(1).join('\n'), /\.csv:1:.*"a0,a,0,5"/],
  ['csv_header', 'sequence,label\na,b', /\.csv:1:/],
  ['csv_header', good().join('\n').replaceAll(',', '|'), /\.csv:1:/],
  ['csv_ragged_row', edited(7, 'a2,a,1'), /\.csv:7: has 3 cells, the header 4/],
  ['csv_ragged_row', edited(8, 'a3,a,1,2,3'), /\.csv:8: has 5 cells/],
  ['csv_bad_quotes', edited(8, '"a3,a,1,2'), /\.csv:8:/],
  ['csv_bad_quotes', edited(8, 'a3,a 5",1,2'), /\.csv:8:/],
  ['csv_bad_number', edited(3, 'a0,a,0x10,5'), /\.csv:3: "0x10" in column "x"/],
  ['csv_bad_number', edited(3, 'a0,a,1,five'), /\.csv:3: "five" in column "y"/],
  ['csv_not_finite', edited(4, 'a1,a,NaN,5'), /\.csv:4: "NaN"/],
  ['csv_not_finite', edited(4, 'a1,a,-Infinity,5'), /\.csv:4: "-Infinity"/],
  ['csv_not_finite', edited(4, 'a1,a,1e999,5'), /\.csv:4: "1e999"/],
  ['csv_not_finite', edited(4, 'a1,a,,5'), /\.csv:4: ""/],
  ['csv_bad_text', edited(5, 'a1,,1,5'), /\.csv:5: the label is empty/],
  ['csv_bad_text', edited(5, ',"a",1,5'), /\.csv:5: the sequence is empty/],
  ['csv_not_finite', edited(5, '"a1","a",1,'), /\.csv:5: "" in column "y"/],
  ['csv_bad_text', edited(5, ',a,1,5'), /\.csv:5: the sequence is empty/],
  ['csv_bad_text', edited(5, `a1,${'a'.repeat(201)},1,5`), /\.csv:5: the label has 201 characters/],
  ['csv_two_labels', edited(3, 'a0,b,1,5'), /\.csv:3: sequence "a0" has the label "b" here and "a" before/],
  ['csv_broken_sequence', edited(9, 'a0,a,1,5'), /\.csv:9: sequence "a0"/],
  ['data_too_few_classes', good(['a']).join('\n'), /has 1 different label,/],
  ['data_small_class', [...good(), ...rowsOf(['rare'], 9)].join('\n'), /label "rare" has 9 sequences, at least 10/],
];

describe('a bad file names the place', () => {
  test.each(FAULTS)('%s', async (code, text, place) => {
    const path = write('empty.csv', text);
    const error = await loadDataset(path).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DiagnosticError);
    const { diagnostics, message } = error as DiagnosticError;
    expect(diagnostics.map((d) => d.code)).toEqual([code]);
    expect(message).toMatch(place);
  });

  test('file_unreadable: no file', async () => {
    await expect(loadDataset(join(folder, 'none.csv'))).rejects.toThrow(/file_unreadable.*no such file/);
  });

  test('ten complaints at most, each with its line', async () => {
    const bad = good().map((row, i) => (i === 0 ? row : row.replace(/,5$/, ',')));
    const error = await loadDataset(write('many.csv', bad.join('\n'))).catch((e: unknown) => e);
    const { diagnostics } = error as DiagnosticError;
    expect(diagnostics.map((d) => d.at.replace(/.*:/, ''))).toEqual([
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      '8',
      '9',
      '10',
      '11',
    ]);
  });
});
