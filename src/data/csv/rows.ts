import { type Diagnostic, fail } from '../../diagnostics.js';
import { MAX_COMPLAINTS } from '../diagnostics.js';
import { readText } from '../files.js';
import { LARGEST_VALUE, LONGEST_TEXT } from '../make-dataset.js';
import {
  csvBadNumber,
  csvBadQuotes,
  csvBadText,
  csvEmpty,
  csvHeader,
  csvNotFinite,
  csvRaggedRow,
} from './diagnostics.js';

/** Columns with a meaning of their own, wherever they stand; all others are features. */
const TEXT_COLUMNS = ['sequence', 'label', 'group', 'split'] as const;
type TextColumn = (typeof TEXT_COLUMNS)[number];

/** One time step of a CSV file. */
export interface CsvRow {
  readonly line: number;
  /** What stands in the text columns that the file has. */
  readonly texts: { readonly [C in TextColumn]?: string };
  readonly values: readonly number[];
}

export interface CsvHeader {
  readonly features: readonly string[];
  readonly featurePlaces: readonly number[];
  /** The place of each text column that the file has. */
  readonly places: ReadonlyMap<TextColumn, number>;
  readonly width: number;
  readonly separator: string;
}

/** Columns that a file must have, and those that may be empty. */
export interface CsvRules {
  readonly needed: readonly TextColumn[];
  readonly mayBeEmpty: readonly TextColumn[];
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const NOT_FINITE = /^([+-]?(inf|infinity)|[+-]?nan|null|na|)$/i;

/**
 * Visits the rows below the header one after the other; empty lines are skipped. A faulty row is a complaint with its
 * line and is not visited; after ten complaints reading ends.
 */
export function readCsvRows(
  path: string,
  rules: CsvRules,
  complaints: Diagnostic[],
  visit: (row: CsvRow, header: CsvHeader) => void,
): CsvHeader {
  const lines = readText(path).split(/\r\n|\n|\r/);
  if (lines.every((line) => line.trim() === '')) fail(csvEmpty(path));
  const header = headerOf(path, lines[0]!, rules);
  let rows = 0;
  for (let i = 1; i < lines.length && complaints.length < MAX_COMPLAINTS; i++) {
    if (lines[i]!.trim() === '') continue;
    rows++;
    const cells = cellsOf(lines[i]!, header.separator);
    if (cells === null) complaints.push(csvBadQuotes(path, i + 1));
    const row = cells && rowOf(path, i + 1, cells, header, rules, complaints);
    if (row) visit(row, header);
  }
  if (rows === 0) fail(csvEmpty(path));
  return header;
}

function headerOf(path: string, line: string, { needed }: CsvRules): CsvHeader {
  const separator = separatorOf(line);
  const cells = cellsOf(line, separator) ?? [];
  const words = cells.map((cell) => cell.toLowerCase());
  const places = new Map(
    TEXT_COLUMNS.flatMap((column) => (words.includes(column) ? [[column, words.indexOf(column)]] : [])),
  );
  const textPlaces = [...places.values()];
  const featurePlaces = [...cells.keys()].filter((i) => !textPlaces.includes(i));
  const features = featurePlaces.map((i) => cells[i]!);
  // a header of numbers is a first row
  const bad = features.length === 0 || features.some((name) => name === '' || NUMBER.test(name));
  if (bad || needed.some((column) => !places.has(column))) fail(csvHeader(path, line));
  return { features, featurePlaces, places, width: cells.length, separator };
}

/** Comma, semicolon or tab: the one that the header has most. */
function separatorOf(header: string): string {
  const plain = header.replace(/"[^"]*"/g, '');
  const count = (separator: string): number => plain.split(separator).length;
  return [',', ';', '\t'].reduce((best, other) => (count(other) > count(best) ? other : best));
}

const QUOTED_CELLS = new Map(
  [',', ';', '\t'].map((s) => [s, new RegExp(`(?:[ ]*"((?:[^"]|"")*)"[ ]*|([^${s}]*))(${s}|$)`, 'gy')]),
);

/**
 * Cells of a line without outer white space; a cell in double quotes may hold separators, and "" for a quote
 * (RFC 4180); null where a quote stands elsewhere.
 */
function cellsOf(line: string, separator: string): string[] | null {
  if (!line.includes('"')) return line.split(separator).map((cell) => cell.trim());
  const cells: string[] = [];
  for (const [, quoted, plain, end] of line.matchAll(QUOTED_CELLS.get(separator)!)) {
    if (plain?.includes('"')) return null;
    cells.push(quoted?.replaceAll('""', '"') ?? plain!.trim());
    if (end === '') break;
  }
  return cells;
}

function rowOf(
  path: string,
  line: number,
  cells: readonly string[],
  { features, featurePlaces, places, width }: CsvHeader,
  { mayBeEmpty }: CsvRules,
  complaints: Diagnostic[],
): CsvRow | null {
  if (cells.length !== width) {
    complaints.push(csvRaggedRow(path, line, cells.length, width));
    return null;
  }
  const before = complaints.length;
  const texts: { [C in TextColumn]?: string } = {};
  for (const [column, place] of places) {
    const text = cells[place]!;
    texts[column] = text;
    if ((text === '' && !mayBeEmpty.includes(column)) || text.length > LONGEST_TEXT)
      complaints.push(csvBadText(path, line, column, text.length));
  }
  const values: number[] = [];
  for (const i of featurePlaces) {
    const text = cells[i]!;
    const value = Number(text);
    if (!NUMBER.test(text) || Math.abs(value) > LARGEST_VALUE) {
      const complain = NUMBER.test(text) || NOT_FINITE.test(text) ? csvNotFinite : csvBadNumber;
      complaints.push(complain(path, line, features[values.length]!, text));
    }
    values.push(value);
  }
  return complaints.length > before ? null : { line, texts, values };
}
