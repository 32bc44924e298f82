import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { type Diagnostic, fail, fileTooLarge, fileUnreadable, throwIfAny } from '../diagnostics.js';
import {
  csvBadNumber,
  csvBadQuotes,
  csvBadText,
  csvEmpty,
  csvHeader,
  csvNotFinite,
  csvRaggedRow,
} from './diagnostics.js';

/** One time step of a CSV file. */
export interface CsvRow {
  readonly line: number;
  readonly sequence: string;
  readonly label: string;
  readonly values: readonly number[];
}
export interface CsvTable {
  readonly features: readonly string[];
  readonly rows: readonly CsvRow[];
}

const LARGEST_FILE = 256 * 2 ** 20;
/** Of a label or the name of a sequence; model.json takes no longer one. */
const LONGEST_TEXT = 200;
const LARGEST_VALUE = 1e30;
/** Complaints shown at once; a file with a wrong column has one in every row. */
export const MAX_COMPLAINTS = 10;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const NOT_FINITE = /^([+-]?(inf|infinity)|[+-]?nan|null|na|)$/i;

/** Reads `sequence,label,<feature>...` and the rows below it; empty lines are skipped, every fault is a diagnostic with its line. */
export function readCsv(path: string): CsvTable {
  const lines = readText(path)
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/);
  const header = cellsOf(lines[0]!) ?? [];
  const [first, second, ...features] = header.map((cell) => cell.toLowerCase());
  if (lines.every((line) => line.trim() === '')) fail(csvEmpty(path));
  if (first !== 'sequence' || second !== 'label' || features.length === 0) fail(csvHeader(path, lines[0]!));
  const table = { features: header.slice(2), rows: [] as CsvRow[] };
  const complaints: Diagnostic[] = [];
  for (let i = 1; i < lines.length && complaints.length < MAX_COMPLAINTS; i++) {
    if (lines[i]!.trim() === '') continue;
    const cells = cellsOf(lines[i]!);
    const row = cells === null ? null : rowOf(path, i + 1, cells, table.features, complaints);
    if (cells === null) complaints.push(csvBadQuotes(path, i + 1));
    if (row !== null) table.rows.push(row);
  }
  throwIfAny(complaints.slice(0, MAX_COMPLAINTS));
  if (table.rows.length === 0) fail(csvEmpty(path));
  return table;
}

function readText(path: string): string {
  let bytes: number;
  let text: string;
  try {
    const file = openSync(path, 'r');
    try {
      bytes = fstatSync(file).size;
      text = bytes > LARGEST_FILE ? '' : readFileSync(file, 'utf8');
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const known = { ENOENT: 'no such file', EISDIR: 'is a folder', EACCES: 'permission denied' };
    return fail(fileUnreadable(path, known[code as keyof typeof known] ?? code ?? 'not a file'));
  }
  return bytes > LARGEST_FILE ? fail(fileTooLarge(path, bytes, LARGEST_FILE)) : text;
}

/** Cells of a line without outer white space; a cell in double quotes may hold commas, and "" for a quote (RFC 4180); else null. */
function cellsOf(line: string): string[] | null {
  if (!line.includes('"')) return line.split(',').map((cell) => cell.trim());
  const cells: string[] = [];
  for (const [, quoted, plain, end] of line.matchAll(/(?:\s*"((?:[^"]|"")*)"\s*|([^,]*))(,|$)/gy)) {
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
  features: readonly string[],
  complaints: Diagnostic[],
): CsvRow | null {
  const before = complaints.length;
  const [sequence, label, ...texts] = cells;
  if (texts.length !== features.length) {
    complaints.push(csvRaggedRow(path, line, cells.length, features.length + 2));
    return null;
  }
  for (const [column, text] of [
    ['sequence', sequence!],
    ['label', label!],
  ] as const)
    if (text === '' || text.length > LONGEST_TEXT) complaints.push(csvBadText(path, line, column, text.length));
  const values = texts.map(Number);
  texts.forEach((text, i) => {
    if (NUMBER.test(text) && Math.abs(values[i]!) <= LARGEST_VALUE) return;
    const complain = NUMBER.test(text) || NOT_FINITE.test(text) ? csvNotFinite : csvBadNumber;
    complaints.push(complain(path, line, features[i]!, text));
  });
  return complaints.length > before ? null : { line, sequence: sequence!, label: label!, values };
}
