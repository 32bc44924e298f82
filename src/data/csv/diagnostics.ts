import type { Diagnostic } from '../../diagnostics.js';
import { plural, quote } from '../diagnostics.js';

// What can be wrong with CSV files.

export const csvEmpty = (path: string, message = 'has no row below the header'): Diagnostic => ({
  code: 'csv_empty',
  at: path,
  message,
  hint: CSV_SHAPE,
});

/** @param named options name columns for other purposes than features */
export const csvHeader = (
  path: string,
  line: number,
  found: string,
  lacking: readonly string[],
  named = false,
): Diagnostic => ({
  code: 'csv_header',
  at: `${path}:${line}`,
  message: `the header ${lacking.length > 0 ? `has ${lacking.map((name) => `no column ${quote(name)}`).join(' and ')}` : named ? 'leaves no feature: options name all columns for other purposes' : 'names no feature'}, found ${JSON.stringify(found.slice(0, 80))}`,
  hint: lacking.length > 1 ? separatorHint(found) : (LACKING_HINTS[lacking[0] ?? ''] ?? CSV_SHAPE),
});

/** What helps where one column alone is lacking. */
const LACKING_HINTS: Readonly<Record<string, string>> = {
  sequence:
    '--sequence <column> names the recording of a row; a file that is one recording is cut: --window <length>, --split time',
  label: '--label <column> names the labels; --targets predicts numbers instead, --task anomaly needs no label',
};

/** A header of one cell with a sign between its names. */
function separatorHint(found: string): string {
  const sign = /^"?\w+"?([|:!^~])+"?\w+"?\1/.exec(found)?.[1];
  if (sign === undefined) return CSV_SHAPE;
  return `cells are separated by commas, semicolons, tabs or spaces; for others write a first line sep=${sign}`;
}

export const csvUnnamedColumn = (path: string, line: number, column: number, columns: number): Diagnostic => ({
  code: 'csv_unnamed_column',
  at: `${path}:${line}`,
  message: `column ${column} of ${columns} has no name`,
  hint:
    column === 1
      ? 'pandas writes its index there: use to_csv(..., index=False), or remove the column'
      : column === columns
        ? 'the lines end with a separator: remove it'
        : 'give it a name, or remove the column',
});

export const csvDuplicateColumn = (
  path: string,
  line: number,
  name: string,
  first: number,
  second: number,
): Diagnostic => ({
  code: 'csv_duplicate_column',
  at: `${path}:${line}`,
  message: `columns ${first} and ${second} are both named ${quote(name)}`,
  hint: 'rename or remove one of them',
});

export const csvRepeatedHeader = (path: string, line: number): Diagnostic => ({
  code: 'csv_repeated_header',
  at: `${path}:${line}`,
  message: 'the header is repeated here',
  hint: 'files that were joined keep their headers: remove this line, and see that names of sequences differ',
});

export const csvRaggedRow = (
  path: string,
  line: number,
  cells: readonly string[],
  expected: number,
  separator: string,
): Diagnostic => ({
  code: 'csv_ragged_row',
  at: `${path}:${line}`,
  message: `has ${plural(cells.length, 'cell')}, the header ${expected}`,
  ...raggedHint(cells, expected, separator),
});

function raggedHint(cells: readonly string[], expected: number, separator: string): { hint?: string } {
  if (cells[0]?.startsWith('#')) return { hint: 'lines that begin with # are skipped before the header only' };
  if (cells.length === expected + 1 && cells.at(-1) === '') return { hint: 'the line ends with a separator' };
  const parts = cells.filter((cell) => /^[+-]?\d+$/.test(cell)).length;
  return cells.length > expected && separator === ',' && parts > 1
    ? { hint: 'a number with a decimal comma or thousands separators looks like two cells: write 1234.5' }
    : {};
}

/** A name as a shell takes it. */
export const shellWord = (name: string): string => (/^[\w.]+$/.test(name) ? name : `'${name.slice(0, 40)}'`);

export const csvBadNumber = (path: string, line: number, feature: string, text: string): Diagnostic => ({
  code: 'csv_bad_number',
  at: `${path}:${line}`,
  message: `${quote(text)} in column ${quote(feature)} is not a number`,
  hint: numberHint(text, feature),
});

function numberHint(text: string, column: string): string {
  if (/\d[-/.]\d+[-/.]\d|\d:\d\d/.test(text)) return `a date or time is no feature: --drop ${shellWord(column)}`;
  if (/^[+-]?0[xob]/i.test(text)) return 'write it as a decimal number';
  if (/^[+-]?\d{1,3}([,'_ \u00a0\u202f]\d{3})+(\.\d*)?$/.test(text))
    return 'write it without thousands separators: 1234.5';
  if (/^[+-]?\d{1,3}(\.\d{3})+,\d*$/.test(text)) return 'write it without thousands separators: 1234.5';
  if (/^[+-]?\d*,\d+(e[+-]?\d+)?$/i.test(text)) return 'write it with a point, or put semicolons between the cells';
  if (/^[\u2010-\u2015\u2212\ufe63\uff0d]/.test(text))
    return 'the sign is not the minus of the keyboard (-): replace it';
  if (/^(yes|no|on|off)$/i.test(text)) return `write 1 and 0, or leave the column out: --drop ${shellWord(column)}`;
  if (/^[+-]?[\d.]+(e[+-]?\d+)?\s*[^\d\s.]{1,5}$/i.test(text)) return 'write the number without its unit';
  return `decimal numbers, such as -0.25 or 1e-3; a column of texts is no feature or target: --drop ${shellWord(column)}, or number its values`;
}

export const csvMixedDecimals = (
  path: string,
  line: number,
  comma: string,
  otherLine: number,
  point: string,
): Diagnostic => ({
  code: 'csv_mixed_decimals',
  at: `${path}:${line}`,
  message: `${quote(comma)} has a comma, ${quote(point)} in line ${otherLine} a point`,
  hint: 'one sign for decimals in a file, and no thousands separators',
});

export const csvMissingValue = (path: string, line: number, feature: string, text: string): Diagnostic => ({
  code: 'csv_not_finite',
  at: `${path}:${line}`,
  message: `${quote(text)} in column ${quote(feature)} is a missing value`,
  hint: 'fill it in, for example from the rows before and after it, or remove the sequence',
});

export const csvNotFinite = (path: string, line: number, feature: string, text: string): Diagnostic => ({
  code: 'csv_not_finite',
  at: `${path}:${line}`,
  message: `${quote(text)} in column ${quote(feature)} is infinite or too large`,
  hint: 'the largest magnitude is 1e30',
});

/** @param packed what the file is by its first bytes, where they are known */
export const csvNulByte = (path: string, byte: number, line: number, packed?: string): Diagnostic => ({
  code: 'csv_nul_byte',
  at: `${path}:${line}`,
  message: `byte ${byte} is zero: this is no text`,
  hint: packed ?? 'the file is damaged (a logger that lost power), or of another kind',
});

export const csvBadText = (path: string, line: number, column: string, length: number): Diagnostic => ({
  code: 'csv_bad_text',
  at: `${path}:${line}`,
  message: `the ${column} ${length === 0 ? 'is empty' : `has ${length} characters, 200 are allowed`}`,
});

export const csvBadQuotes = (path: string, line: number, open: boolean): Diagnostic => ({
  code: 'csv_bad_quotes',
  at: `${path}:${line}`,
  message: open
    ? 'has a double quote that opens a cell and is never closed'
    : 'has a double quote that neither opens nor closes a cell',
  hint: 'put a cell with separators or quotes in double quotes, and write a quote in it twice: "5"" pipe, long"',
});

export const csvBrokenSequence = (path: string, line: number, sequence: string): Diagnostic => ({
  code: 'csv_broken_sequence',
  at: `${path}:${line}`,
  message: `sequence ${quote(sequence)} goes on here after another sequence`,
  hint: 'the rows of a sequence must be together and in order of time; another recording needs another name',
});

export const csvTwoLabels = (
  path: string,
  line: number,
  sequence: string,
  column: string,
  first: string,
  second: string,
): Diagnostic => ({
  code: 'csv_two_labels',
  at: `${path}:${line}`,
  message: `sequence ${quote(sequence)} has the ${column} ${quote(second)} here and ${quote(first)} before`,
  hint: `one ${column} for each sequence${column === 'label' ? '; labels that change within one need --labels-at every-step' : ''}`,
});

export const csvBadPart = (path: string, line: number, found: string): Diagnostic => ({
  code: 'csv_bad_part',
  at: `${path}:${line}`,
  message: `${quote(found)} in the column split is no part`,
  hint: 'train, validation or test',
});

const CSV_SHAPE =
  'header sequence,label,<feature>... (also group, split); one row for each time step, the rows of a sequence together';
