import { CsvError, parse } from 'csv-parse/sync';
import { type Diagnostic, fail } from '../../diagnostics.js';
import { MAX_COMPLAINTS, throwFirst } from '../diagnostics.js';
import type { FileNote } from '../folder.js';
import { MAX_TEXT_LENGTH } from '../make-dataset.js';
import { readUtf8 } from './decode.js';
import {
  csvBadQuotes,
  csvBadText,
  csvDuplicateColumn,
  csvEmpty,
  csvHeader,
  csvRaggedRow,
  csvRepeatedHeader,
  csvUnnamedColumn,
} from './diagnostics.js';
import { readHead } from './head.js';
import { isNumber, NumberReader } from './numbers.js';

/** Columns with a meaning of their own, in any place; all others are features. */
const TEXT_COLUMNS = ['sequence', 'label', 'group', 'split'] as const;
type TextColumn = (typeof TEXT_COLUMNS)[number];

/** One time step of a CSV file. */
export interface CsvRow {
  readonly line: number;
  /** The cells of the text columns that the file has. */
  readonly texts: { readonly [C in TextColumn]?: string };
  readonly values: readonly number[];
}

interface CsvHeader {
  readonly cells: readonly string[];
  readonly features: readonly string[];
  readonly featurePlaces: readonly number[];
  /** The place of each text column that the file has. */
  readonly places: ReadonlyMap<TextColumn, number>;
  readonly separator: string;
}

/** Columns that a file must have, and those that may be empty. */
export interface CsvRules {
  readonly needed: readonly TextColumn[];
  readonly mayBeEmpty: readonly TextColumn[];
}

/** Ends the parser after the last complaint. */
class Enough extends Error {}

/**
 * Visits the rows below the header one after the other; empty lines are skipped. A faulty row is a complaint with its
 * line and is not visited; after ten complaints reading ends.
 * @returns the names of the features, and what was converted or skipped
 */
export function readCsvRows(
  path: string,
  rules: CsvRules,
  complaints: Diagnostic[],
  visit: (row: CsvRow) => void,
): { features: readonly string[]; notes: readonly FileNote[] } {
  const { bytes, notes } = readUtf8(path);
  const head = readHead(path, bytes, rules.needed);
  const numbers = new NumberReader(path, head.separator);
  let header =
    head.header === undefined
      ? undefined
      : headerOf(path, head.lines, rules, cellsOf(head.header, head.separator), head.separator);
  let [rows, last, twice] = [0, head.lines, 0];
  const onRecord = (cells: string[], end: number): void => {
    // the parser counts a line end of two characters within a cell twice
    for (const cell of cells) twice += cell.split('\r\n').length - 1;
    last = head.lines + end - twice;
    const line = last - cells.reduce((sum, cell) => sum + (cell.match(LINE_ENDS)?.length ?? 0), 0);
    if (header === undefined) header = headerOf(path, line, rules, cells, head.separator);
    else if (cells.some((cell) => cell !== '')) {
      rows++;
      const row = rowOf(path, line, cells, header, rules, numbers, complaints);
      if (row) visit(row);
      if (complaints.length >= MAX_COMPLAINTS) throw new Enough();
    }
  };
  try {
    parse(bytes.subarray(head.start), {
      ...SYNTAX,
      delimiter: head.separator,
      // nothing is kept: memory is that of the bytes and of what the visitor keeps
      on_record: (cells: string[], { lines }) => void onRecord(cells, lines),
    });
  } catch (error) {
    if (error instanceof CsvError) {
      throwFirst(complaints);
      fail(csvBadQuotes(path, last + 1, error.code === 'CSV_QUOTE_NOT_CLOSED'));
    }
    if (!(error instanceof Enough)) throw error;
  }
  if (header === undefined || rows === 0) return fail(csvEmpty(path));
  numbers.finish(complaints, notes);
  return { features: header.features, notes: [...head.notes, ...notes] };
}

const LINE_ENDS = /\r\n|\n|\r/g;
/** RFC 4180 with any line ends, also mixed ones, and without outer white space of cells. */
const SYNTAX = {
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true,
  skip_empty_lines: true,
  trim: true,
};

const cellsOf = (line: string, separator: string): string[] =>
  (parse(line, { ...SYNTAX, delimiter: separator, relax_quotes: true }) as string[][])[0] ?? [];

function headerOf(path: string, line: number, { needed }: CsvRules, cells: string[], separator: string): CsvHeader {
  const words = cells.map((cell) => TEXT_COLUMNS.find((column) => column === cell.toLowerCase()) ?? cell);
  const places = new Map(
    TEXT_COLUMNS.flatMap((column) => (words.includes(column) ? [[column, words.indexOf(column)]] : [])),
  );
  const textPlaces = [...places.values()];
  const featurePlaces = [...cells.keys()].filter((i) => !textPlaces.includes(i));
  const features = featurePlaces.map((i) => cells[i]!);
  // a header of numbers is a first row
  const lacking = needed.filter((column) => !places.has(column));
  if (lacking.length > 0 || features.length === 0 || features.some(isNumber))
    fail(csvHeader(path, line, cells.join(separator), lacking));
  throwFirst([
    ...words.flatMap((word, i) => (word === '' ? [csvUnnamedColumn(path, line, i + 1, cells.length)] : [])),
    ...words.flatMap((word, i) => {
      const first = words.indexOf(word);
      return word !== '' && first < i ? [csvDuplicateColumn(path, line, word, first + 1, i + 1)] : [];
    }),
  ]);
  return { cells, features, featurePlaces, places, separator };
}

function rowOf(
  path: string,
  line: number,
  cells: readonly string[],
  header: CsvHeader,
  { mayBeEmpty }: CsvRules,
  numbers: NumberReader,
  complaints: Diagnostic[],
): CsvRow | null {
  const before = complaints.length;
  if (cells.length !== header.cells.length) {
    complaints.push(csvRaggedRow(path, line, cells, header.cells.length, header.separator));
    return null;
  }
  if (cells.every((cell, i) => cell === header.cells[i])) {
    complaints.push(csvRepeatedHeader(path, line));
    return null;
  }
  const texts: { [C in TextColumn]?: string } = {};
  for (const [column, place] of header.places) {
    const text = cells[place]!;
    texts[column] = text;
    if ((text === '' && !mayBeEmpty.includes(column)) || text.length > MAX_TEXT_LENGTH)
      complaints.push(csvBadText(path, line, column, text.length));
  }
  const values = header.featurePlaces.map((place) =>
    numbers.read(line, header.cells[place]!, cells[place]!, complaints),
  );
  return complaints.length > before ? null : { line, texts, values };
}
