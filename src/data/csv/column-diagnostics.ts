import type { Diagnostic } from '../../diagnostics.js';
import { plural, quote } from '../diagnostics.js';
import { shellWord } from './diagnostics.js';

// What can be wrong with the columns of CSV files that the user names, and with their times.

/** At most 12 cells of a header, in quotes where a comma would not be seen. */
const listed = (cells: readonly string[]): string =>
  cells
    .slice(0, 12)
    .map((cell) => (/[,"\s]/.test(cell) ? quote(cell) : cell))
    .join(', ') + (cells.length > 12 ? ', ...' : '');

export const csvNoColumn = (
  path: string,
  line: number,
  option: string,
  name: string,
  cells: readonly string[],
): Diagnostic => ({
  code: 'csv_no_column',
  at: `${path}:${line}`,
  message: `${option}: there is no column ${quote(name)}`,
  hint: `the columns are ${listed(cells)}`,
});

/** A column and the names of files both say what a recording is. */
export const csvColumnAndPattern = (path: string, line: number, cell: string, what: 'label' | 'group'): Diagnostic => ({
  code: 'csv_column_and_pattern',
  at: `${path}:${line}`,
  message: `the column ${JSON.stringify(cell)} says the ${what}, and so does --${what}-pattern`,
  hint: `leave --${what}-pattern out, or leave the column out: --drop ${cell}`,
});

export const csvColumnTwice = (path: string, line: number, cell: string): Diagnostic => ({
  code: 'csv_column_twice',
  at: `${path}:${line}`,
  message: `column ${quote(cell)} is named for two purposes`,
  hint: 'a column is one of: a feature, a target, the sequence, the label, the group, the time, or dropped',
});

/** @param needed the text column that must be there */
export const csvColumnTaken = (path: string, line: number, cell: string, needed: string): Diagnostic => ({
  code: 'csv_column_twice',
  at: `${path}:${line}`,
  message: `column ${quote(cell)} is needed as the ${needed}, and an option names it for another purpose`,
  hint: `--${needed} <column> names another one${needed === 'label' ? '; --targets and --task anomaly need no label' : '; with --window or --split time a file may be one recording'}`,
});

const inputsHint = (features: readonly string[]): string =>
  features.length === 0 ? '' : `; or name the inputs: --features ${features.slice(0, 6).map(shellWord).join()}`;

/** @param why what makes it look like a time @param features all columns that would be features */
export const csvTimeColumn = (
  path: string,
  line: number,
  cell: string,
  why: string,
  features: readonly string[],
): Diagnostic => ({
  code: 'csv_time_column',
  at: `${path}:${line}`,
  message: `column ${quote(cell)} ${why}: as an input it would give away which recording a row is from`,
  hint: `leave it out: --drop ${shellWord(cell)}; check the rate by it: --time ${shellWord(cell)}${inputsHint(features.filter((other) => other !== cell))}`,
});

export const csvBadTime = (path: string, line: number, column: string, text: string, numbers: boolean): Diagnostic => ({
  code: 'csv_bad_time',
  at: `${path}:${line}`,
  message: `${quote(text)} in the time column ${quote(column)} is ${numbers ? 'not a number as in the rows before' : 'no time'}`,
  hint: 'seconds, ms, us or ns as a number, or ISO 8601: 2024-05-31T14:07:09.250Z',
});

export const csvTimeOrder = (
  path: string,
  line: number,
  column: string,
  sequence: string,
  before: string,
  now: string,
): Diagnostic => ({
  code: 'csv_time_order',
  at: `${path}:${line}`,
  message: `time ${quote(now)} in column ${quote(column)} ${before === now ? 'is that of the row before' : `follows ${quote(before)}`}${sequence === '' ? '' : ` in sequence ${quote(sequence)}`}`,
  hint:
    before === now
      ? 'the times are coarser than the rate, or rows are repeated: remove the rows, or leave the column out with --drop'
      : 'rows must be in order of time; another recording needs another name in the column sequence',
});

export const csvMixedRates = (
  source: string,
  column: string,
  name: string,
  period: number,
  otherName: string,
  otherPeriod: number,
  seconds: boolean,
): Diagnostic => ({
  code: 'csv_mixed_rates',
  at: source,
  message: `column ${quote(column)}: ${recordingOf(name)} has ${rateOf(period, seconds)}, ${recordingOf(otherName)} ${rateOf(otherPeriod, seconds)}`,
  hint: 'a network learns one rate: resample the recordings to one, or train with those of one rate',
});

const recordingOf = (name: string): string => (name === '' ? 'this recording' : quote(name));
const rateOf = (period: number, seconds: boolean): string =>
  seconds ? `${Number((1 / period).toPrecision(4))} rows a second` : `steps of ${Number(period.toPrecision(4))}`;

export const csvUnsteadyTime = (
  source: string,
  column: string,
  name: string,
  off: number,
  steps: number,
): Diagnostic => ({
  code: 'csv_unsteady_time',
  at: source,
  message: `column ${quote(column)}: ${off} of ${plural(steps, 'step')} of ${recordingOf(name)} are more than half a period off`,
  hint: 'the network sees rows, not times: resample the recording to an even rate, or leave the column out with --drop',
});

export const csvWide = (path: string, line: number, columns: number, wide: number): Diagnostic => ({
  code: 'csv_wide',
  at: `${path}:${line}`,
  message: `${plural(columns, 'column')} of values cannot be divided into steps of ${wide} (--wide)`,
  hint: 'a row holds the values of the first step, then those of the second: a1,b1,a2,b2; other columns need --drop',
});
