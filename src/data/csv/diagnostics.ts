import type { Diagnostic } from '../../diagnostics.js';
import { plural, quote } from '../diagnostics.js';

// What can be wrong with CSV files.

export const csvEmpty = (path: string): Diagnostic => ({
  code: 'csv_empty',
  at: path,
  message: 'has no row below the header',
  hint: CSV_SHAPE,
});

export const csvHeader = (path: string, found: string): Diagnostic => ({
  code: 'csv_header',
  at: `${path}:1`,
  message: `the header must name sequence, label and one feature at least, found ${JSON.stringify(found.slice(0, 80))}`,
  hint: CSV_SHAPE,
});

export const csvRaggedRow = (path: string, line: number, found: number, expected: number): Diagnostic => ({
  code: 'csv_ragged_row',
  at: `${path}:${line}`,
  message: `has ${plural(found, 'cell')}, the header ${expected}`,
});

export const csvBadNumber = (path: string, line: number, feature: string, text: string): Diagnostic => ({
  code: 'csv_bad_number',
  at: `${path}:${line}`,
  message: `${quote(text)} in column ${quote(feature)} is not a number`,
  hint: 'decimal numbers with a point, such as -0.25 or 1e-3',
});

export const csvNotFinite = (path: string, line: number, feature: string, text: string): Diagnostic => ({
  code: 'csv_not_finite',
  at: `${path}:${line}`,
  message: `${quote(text)} in column ${quote(feature)} is missing or too large`,
  hint: 'remove or fill in missing values; the largest magnitude is 1e30',
});

export const csvBadText = (path: string, line: number, column: string, length: number): Diagnostic => ({
  code: 'csv_bad_text',
  at: `${path}:${line}`,
  message: `the ${column} ${length === 0 ? 'is empty' : `has ${length} characters, 200 are allowed`}`,
});

export const csvBadQuotes = (path: string, line: number): Diagnostic => ({
  code: 'csv_bad_quotes',
  at: `${path}:${line}`,
  message: 'has a double quote that neither opens nor closes a cell',
  hint: 'a cell with commas or quotes stands in double quotes, a quote in it is written twice: "5"" pipe, long"',
});

export const csvBrokenSequence = (path: string, line: number, sequence: string): Diagnostic => ({
  code: 'csv_broken_sequence',
  at: `${path}:${line}`,
  message: `sequence ${quote(sequence)} goes on here after another sequence`,
  hint: 'the rows of a sequence must stand together, in the order of time',
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
  hint: `one ${column} for each sequence${column === 'label' ? '; labels that change within one need --targets every-step' : ''}`,
});

export const csvBadPart = (path: string, line: number, found: string): Diagnostic => ({
  code: 'csv_bad_part',
  at: `${path}:${line}`,
  message: `${quote(found)} in the column split is no part`,
  hint: 'train, validation or test',
});

const CSV_SHAPE =
  'header sequence,label,<feature>... (also group, split); one row for each time step, the rows of a sequence together';
