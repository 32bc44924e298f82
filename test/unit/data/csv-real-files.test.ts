import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/data/dataset.js';
import { type DataOptions, loadDataset } from '../../../src/data/index.js';
import { PACKAGE_ROOT } from '../../../src/package-root.js';

// Tables as spreadsheets, pandas, numpy, loggers and other programs write them.

const folder = mkdtempSync(join(tmpdir(), 'rnnq-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HEADER = ['sequence', 'label', 'x', 'y'];
/** Twelve sequences of six steps for each of two labels. */
const ROWS = ['walk', 'rest'].flatMap((label, c) =>
  Array.from({ length: 12 * 6 }, (_, k) => {
    const [i, t] = [Math.floor(k / 6), k % 6];
    return [`${label}${i}`, label, Math.sin(0.3 * t * (c + 1) + i).toFixed(3), Math.cos(0.2 * t + i * c).toFixed(3)];
  }),
);

interface Look {
  readonly separator?: string;
  readonly end?: string;
  readonly header?: readonly string[];
  readonly rows?: readonly (readonly string[])[];
}
const table = ({ separator = ',', end = '\n', header = HEADER, rows = ROWS }: Look = {}): string =>
  [header, ...rows].map((row) => row.join(separator) + end).join('');
/** The rows with another y in row 8, which is line 9. */
const withY = (y: string): string[][] => ROWS.map((row, i) => (i === 7 ? [...row.slice(0, 3), y] : row));

let files = 0;
async function load(content: string | Buffer, name = 'table.csv', options: DataOptions = {}): Promise<Dataset> {
  const path = join(folder, String(files++), name);
  mkdirSync(join(path, '..'));
  writeFileSync(path, content);
  return loadDataset(path, options);
}

const plain = await load(table());
/** The data without what may differ: their name and their warnings. */
const core = ({ name, warnings, ...rest }: Dataset) => rest;

const utf16 = (text: string, big = false): Buffer => {
  const bytes = Buffer.from(text, 'utf16le');
  return big ? bytes.swap16() : bytes;
};
const commas = ROWS.map((row) => row.map((cell) => cell.replace('.', ',')));
const mixed = table()
  .split('\n')
  .map((line, i) => line + ['\n', '\r\n', '\r'][i % 3])
  .join('');

describe('is read like the plain table', () => {
  test.each<[string, string | Buffer, RegExp | undefined, string?]>([
    ['line ends CR', table({ end: '\r' }), undefined],
    ['line ends CRLF', table({ end: '\r\n' }), undefined],
    ['mixed line ends', mixed, undefined],
    ['empty lines', table({ end: '\n\n \n' }), undefined],
    ['lines of separators at the end', `${table()},,,\n,,,\n`, undefined],
    ['no line end at the end', table().trimEnd(), undefined],
    ['a byte order mark and a quoted header', `\uFEFF${table({ header: HEADER.map((c) => `"${c}"`) })}`, undefined],
    ['every cell quoted', table({ rows: ROWS.map((row) => row.map((c) => `"${c}"`)) }), undefined],
    ['white space around cells', table({ separator: ' ,\t' }), undefined],
    ['leading plus signs', table({ rows: ROWS.map((r) => r.map((c) => c.replace(/^(?=\d)/, '+'))) }), undefined],
    ['tabs in a .tsv', table({ separator: '\t' }), undefined, 'table.tsv'],
    ['spaces, one or more', `  ${table({ separator: '   ' }).replaceAll('\n', '\n ')}`, undefined],
    ['capitals in the ending', table(), undefined, 'TABLE.CSV'],
    ['sep= of Excel', `sep=;\r\n${table({ separator: ';', end: '\r\n' })}`, undefined],
    ['decimal commas between semicolons', table({ separator: ';', rows: commas }), /table\.csv:2: decimal commas/],
    ['decimal commas between tabs', table({ separator: '\t', rows: commas }), /table\.csv:2: decimal commas/],
    [
      'comments before the header',
      `# 50 Hz\n# g\n${table()}`,
      /table\.csv:2: lines before the header that begin with #/,
    ],
    ['a header in a comment', `# 50 Hz\n# ${table()}`, undefined],
    ['UTF-16LE', utf16(`\uFEFF${table()}`), /table\.csv: read as UTF-16LE/],
    ['UTF-16BE', utf16(`\uFEFF${table()}`, true), /read as UTF-16BE/],
    ['UTF-16 without a mark', utf16(table()), /read as UTF-16LE/],
  ])('%s', async (_, content, warning, name) => {
    const data = await load(content, name);
    expect(core(data)).toEqual(core(plain));
    if (warning === undefined) expect(data.warnings).toBeUndefined();
    else expect(data.warnings?.join('\n')).toMatch(warning);
  });
});

test('a quoted cell holds separators, quotes and line ends; lines are counted as an editor does', async () => {
  const header = 'sequence,label,x\n';
  const rows = Array.from({ length: 20 }, (_, i) => `"s,\r\n""${i}""","${i % 2 ? 'up' : 'down'}",${i}\n`).join('');
  expect((await load(header + rows)).train.sequences.length).toBe(16);
  await expect(load(`${header}${rows}a,up,?1\n`)).rejects.toThrow(/csv_bad_number at .*:42: /);
});

describe('is refused with its place and a way out', () => {
  const cut = (text: string) => text.replaceAll('\n', ',\n');
  test.each<[string, string | Buffer, RegExp]>([
    [
      'a first column without a name that is no index',
      table({ header: ['', ...HEADER], rows: ROWS.map((r, i) => [i === 70 ? 'end' : String(i), ...r]) }),
      /csv_unnamed_column at .*:72: column 1 of 5 .*\n.*index=False/,
    ],
    [
      'a last column without a name that is not empty',
      cut(table()).replace(/,\n$/, ',1\n'),
      /csv_unnamed_column at .*:145: column 5 of 5 .*\n.*separator/,
    ],
    [
      'two columns of one name',
      table({ header: ['sequence', 'label', 'x', 'x'] }),
      /csv_duplicate_column.*columns 3 and 4 .*"x"/,
    ],
    [
      'two columns of labels',
      table({ header: ['sequence', 'Label', 'label', 'x'] }),
      /csv_duplicate_column.*columns 2 and 3 .*"label"/,
    ],
    [
      'a header in the middle',
      table({ rows: [...ROWS.slice(0, 70), HEADER, ...ROWS.slice(70)] }),
      /csv_repeated_header at .*:72:/,
    ],
    [
      'a comment in the middle',
      table({ rows: [['# break'], ...ROWS] }),
      /csv_ragged_row at .*:2:.*\n.*before the header only/,
    ],
    [
      'a decimal comma between commas',
      table({ rows: withY('1,5') }),
      /csv_ragged_row at .*:9: has 5 cells.*\n.*decimal comma/,
    ],
    [
      'a quoted decimal comma between commas',
      table({ rows: withY('"1,5"') }),
      /csv_bad_number at .*:9: "1,5".*\n.*semicolons/,
    ],
    ['thousands separators', table({ separator: ';', rows: withY('1,234.5') }), /csv_bad_number.*:9:.*\n.*thousands/],
    [
      'thousands and decimals the other way',
      table({ separator: ';', rows: withY('1.234,5') }),
      /csv_bad_number.*:9:.*\n.*thousands/,
    ],
    [
      'one comma among points',
      table({ separator: ';', rows: withY('1,234') }),
      /csv_mixed_decimals at .*:9: "1,234".*line 2/,
    ],
    ['a time', table({ rows: withY('2024-01-01T00:00:00Z') }), /csv_bad_number.*:9:.*\n.*date or time/],
    ['a hexadecimal number', table({ rows: withY('0x10') }), /csv_bad_number.*:9:.*\n.*decimal number/],
    ['an underscore', table({ rows: withY('1_000') }), /csv_bad_number.*:9:.*\n.*thousands/],
    ['another minus', table({ rows: withY('\u22121.5') }), /csv_bad_number.*:9:.*\n.*minus/],
    ['a switch', table({ rows: withY('on') }), /csv_bad_number.*:9:.*\n.*1 and 0/],
    ['a unit', table({ rows: withY('9.81 g') }), /csv_bad_number.*:9:.*\n.*unit/],
    ...['', 'NaN', 'nan', 'NA', 'N/A', 'null', 'None', '-', '#N/A', '-1.#IND'].map((y): [string, string, RegExp] => [
      `missing: ${y}`,
      table({ rows: withY(y) }),
      /csv_not_finite at .*:9: .*missing value/,
    ]),
    ...['inf', '-Infinity', '1e400', '1e31'].map((y): [string, string, RegExp] => [
      y,
      table({ rows: withY(y) }),
      /csv_not_finite at .*:9: .*infinite or too large/,
    ]),
    ['a zero byte', table({ rows: withY('\0') }), /csv_nul_byte at .*:9: /],
    [
      'UTF-32',
      Buffer.concat([Buffer.of(0xff, 0xfe, 0, 0), utf16(table()).subarray(0, 0)]),
      /text_not_utf8.*\n.*iconv -f UTF-32/,
    ],
    [
      'Latin-1',
      Buffer.from(table().replaceAll('rest', 'ruh\xe9'), 'latin1'),
      /text_not_utf8.*\n.*iconv -f WINDOWS-1252/,
    ],
    [
      'GB18030',
      Buffer.concat([Buffer.from(table()), Buffer.of(0xbe, 0xb2, 0xd6, 0xb9)]),
      /text_not_utf8.*\n.*iconv -f GB18030/,
    ],
    ['a quote that is never closed', table({ rows: withY('"1') }), /csv_bad_quotes at .*:9: .*never closed/],
    ['a quote within a cell', table({ rows: withY('="1"') }), /csv_bad_quotes at .*:9: .*neither opens nor closes/],
    ['cells between bars', table({ separator: '|' }), /csv_header at .*:1: .*\n.*sep=\|/],
    [
      'a name that another recording has',
      table({ rows: ROWS.map(([name, ...r]) => [name!.replace(/^[a-z]+/, ''), ...r]) }),
      /csv_broken_sequence at .*:74: sequence "0" .*\n.*another name\nerror csv_broken_sequence at .*:80: /,
    ],
    ...['PK\x03\x04\0', '\x1f\x8b\x08\0'].map((first): [string, Buffer, RegExp] => [
      `a packed file: ${JSON.stringify(first)}`,
      Buffer.from(first, 'latin1'),
      /csv_nul_byte at .*:1: .*\n.*unpack it/,
    ]),
    ['one label', table().replaceAll('rest', 'walk'), /(data_too_few_classes .*"walk")|csv_broken_sequence/],
    [
      'labels in other capitals',
      table().replaceAll(/(walk1[01]?),walk/g, '$1,Walk'),
      /data_small_class.*"Walk".*\n.*another label is "walk"/,
    ],
    ['a header only', table({ rows: [] }), /csv_empty/],
    ['no sequence', table({ header: ['id', 'label', 'x', 'y'] }), /csv_header at .*:1: .*no column "sequence"/],
  ])('%s', async (_, content, message) => {
    await expect(load(content)).rejects.toThrow(message);
  });

  test('a column of texts is one complaint', async () => {
    const rows = ROWS.map((row, i) => [...row.slice(0, 3), `2024-01-01T00:00:${i}Z`]);
    const error = (await load(table({ rows })).catch((e: unknown) => e)) as Error;
    expect(error.message.split('\n').length).toBe(2);
    expect(error.message).toMatch(/csv_bad_number at .*:2: .*column "y"/);
  });
});

describe('warnings', () => {
  const y = (value: (i: number, y: string) => string) =>
    table({ rows: ROWS.map((r, i) => [...r.slice(0, 3), value(i, r[3]!)]) });
  test.each<[string, string, DataOptions, RegExp]>([
    [
      'a time in ms that the user takes for a feature',
      y((i) => String(1_700_000_000_000 + 20 * i)),
      { features: 'x,y' },
      /^column "y" saturates: 100 % of its codes at the limit, [12] distinct codes?/,
    ],
    [
      'a scale that does not fit',
      y((_, v) => v),
      { normalize: 'scale=1,100' },
      /^column "y" saturates: .* % of its codes/,
    ],
    [
      'an outlier',
      y((i, v) => (i === 7 ? '1e9' : v)),
      {},
      /^column "y" is flattened: 0\.\d+ % of its codes at the limit, 2 distinct codes, values -0\.\d+ to 1000000000/,
    ],
    [
      'values that a float32 cannot resolve',
      y((i) => String(100_000_000 + (i % 9) / 4)),
      {},
      /^column "y" is flattened/,
    ],
    ['a constant column', y(() => '5'), {}, /^column "y" is constant in the training part: 5$/],
  ])('%s', async (_, text, options, warning) => {
    const { warnings = [] } = await load(text, 'table.csv', options);
    expect(warnings.length).toBe(1);
    expect(warnings[0]).toMatch(warning);
  });

  test.each<[string, string, DataOptions]>([
    ['values around a large offset', y((_, v) => (101325 + Number(v)).toFixed(3)), {}],
    ['a binary column', y((i) => String(i % 2)), { normalize: 'range' }],
    ['a rare event', y((i) => (i % 20 ? '0' : '1')), {}],
  ])('not for %s', async (_, text, options) => {
    expect((await load(text, 'table.csv', options)).warnings).toBeUndefined();
  });

  test('sequences of one step', async () => {
    const rows = ROWS.map(([, label, ...values], i) => [`s${i}`, label!, ...values]);
    expect((await load(table({ rows }))).warnings).toContainEqual(expect.stringContaining('one step'));
  });

  test('files of a folder that are not read, and folders that are no class', async () => {
    const root = join(folder, 'mixed');
    const steps = ['x', ...ROWS.slice(0, 6).map((row) => row[2])].join('\n');
    for (let i = 0; i < 20; i++) {
      const path = join(root, i % 2 ? 'tap' : 'circle', `${i}.csv`);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, steps);
    }
    mkdirSync(join(root, '_noise'));
    for (const name of ['_noise/1.csv', '_noise/2.csv', 'list.txt', 'a.xlsx', '.DS_Store', 'README.md'])
      writeFileSync(join(root, name), steps);
    const { task, warnings } = await loadDataset(root);
    expect(task.labels).toEqual(['circle', 'tap']);
    expect(warnings?.slice(0, 2)).toEqual([
      `${root}: _noise/1.csv and 1 more not read: a folder that begins with _ is no class`,
      expect.stringContaining(`${root}: not read: 1 .xlsx (a.xlsx), 1 .txt (list.txt); for f in *.xlsx; do python3 `),
    ]);
    symlinkSync(join(root, 'tap'), join(root, 'knock'));
    expect((await loadDataset(root)).task.labels).toEqual(['circle', 'knock', 'tap']);
  });
});

test('the commands of docs/data/csv.md accept its example', () => {
  const doc = readFileSync(join(PACKAGE_ROOT, 'docs/data/csv.md'), 'utf8');
  const path = join(folder, 'recordings.csv');
  writeFileSync(path, `${/```csv\n([\s\S]*?)\n```/.exec(doc)![1]!}\n`);
  const rnnq = (...options: string[]): string =>
    execFileSync(process.execPath, [join(PACKAGE_ROOT, 'dist/cli/main.js'), ...options], {
      cwd: folder,
      encoding: 'utf8',
    });
  expect(rnnq('data', 'recordings.csv')).toMatch(/3 values a step, 2 classes/);
});
