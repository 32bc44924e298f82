import { CsvError, parse } from 'csv-parse/sync';
import { type Diagnostic, fail } from '../../diagnostics.js';
import { sizeOfFile } from '../../read-file.js';
import { MAX_COMPLAINTS, throwFirst } from '../diagnostics.js';
import type { FileNote } from '../folder.js';
import { MAX_TEXT_LENGTH } from '../make-dataset.js';
import type { OnProgress } from '../progress.js';
import { type Columns, type ColumnWishes, resolveColumns, TEXT_COLUMNS, type TextColumn } from './columns.js';
import { type BlockPlace, rowBlocks } from './decode.js';
import {
  csvBadQuotes,
  csvBadText,
  csvEmpty,
  csvRaggedRow,
  csvRepeatedHeader,
  csvUnnamedColumn,
} from './diagnostics.js';
import { cellsAt, type Head, readHead } from './head.js';
import { NumberReader } from './numbers.js';
import { TimeReader, type TimeUnit, unitOfColumn } from './time.js';

/** The cells of the text columns that a file has. */
export type RowTexts = { readonly [C in TextColumn]?: string };

/** One time step of a CSV file. The arrays are used again for the next row. */
export interface CsvRow {
  readonly line: number;
  /** The same object as long as no text changes. */
  readonly texts: RowTexts;
  readonly values: Float64Array;
  readonly targets: Float64Array;
  /** In the unit of the file; NaN without a column of times. */
  readonly time: number;
  /** As it is written. */
  readonly timeText: string;
}

/** Columns that a file must have, and those that may be empty. */
export interface CsvRules {
  readonly needed: readonly TextColumn[];
  readonly mayBeEmpty: readonly TextColumn[];
  /** A row is a whole sequence. */
  readonly wide: boolean;
  readonly columns: ColumnWishes;
}

/** What is known of a file after its last row. */
export interface CsvFacts {
  readonly columns: Columns;
  readonly timeUnit?: TimeUnit;
  readonly notes: readonly FileNote[];
}

/** Ends the reading after the last complaint. */
class Enough extends Error {}

/**
 * Visits the rows below the header one after the other; empty lines are skipped. A faulty row is a complaint with its
 * line and is not visited; after ten complaints reading ends.
 * @param onProgress called with bytes before their rows are visited
 */
export function readCsvRows(
  path: string,
  rules: CsvRules,
  complaints: Diagnostic[],
  visit: (row: CsvRow) => void,
  onProgress: OnProgress,
): CsvFacts {
  const notes: FileNote[] = [];
  const place: BlockPlace = { bytes: 0, lines: 0 };
  const size = sizeOfFile(path);
  let table: Table | undefined;
  try {
    for (const block of rowBlocks(path, notes, place)) {
      onProgress(Math.min(place.bytes, size), size);
      if (table) table.read(block, 0);
      else {
        const name = nameOf(rules.columns);
        const head = readHead(path, block, rules.needed.map(name), rules.wide ? TEXT_COLUMNS.map(name) : undefined);
        notes.push(...head.notes);
        place.lines = head.lines;
        table = new Table(path, rules, head, place, complaints, visit);
        table.read(block, head.start);
      }
    }
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  if (table?.columns === undefined || table.rows === 0) return fail(csvEmpty(path));
  table.numbers.finish(complaints, notes);
  const { line, index, trailing } = table.columns;
  const at = `${path}:${line}`;
  if (index) notes.push({ path: at, fact: 'the first column has no name and counts the rows: left out' });
  if (trailing) notes.push({ path: at, fact: 'the lines end with a separator' });
  return { columns: table.columns, notes, ...table.timing };
}

/** RFC 4180 with any line ends, also mixed ones, and without outer white space of cells. */
const SYNTAX = {
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true,
  skip_empty_lines: true,
  trim: true,
};
/** How programs write whole numbers, such as those of classes, among others: 1.0000000e+00 */
const WITH_EXPONENT = /^[+-]?\d+\.\d+e[+-]\d+$/i;
const LINE_ENDS = /\r\n|\n|\r/g;

const cellsOf = (line: string, separator: string): string[] =>
  (parse(line, { ...SYNTAX, delimiter: separator, relax_quotes: true }) as string[][])[0] ?? [];

/** What a text column is called: as the user says, or as it is. */
const nameOf =
  (wishes: ColumnWishes) =>
  (column: TextColumn): string =>
    ((column === 'split' ? undefined : wishes[column]) ?? column).toLowerCase();

/** The rows of one file, block after block. */
class Table {
  columns: Columns | undefined;
  /** Below the header, without empty ones. */
  rows = 0;
  readonly numbers: NumberReader;
  #header: readonly string[] = [];
  #texts: RowTexts = {};
  #values = new Float64Array(0);
  #targets = new Float64Array(0);
  #times: TimeReader | undefined;
  readonly #known = new Map<string, string>();

  constructor(
    readonly path: string,
    readonly rules: CsvRules,
    readonly head: Head,
    readonly place: BlockPlace,
    readonly complaints: Diagnostic[],
    readonly visit: (row: CsvRow) => void,
  ) {
    this.numbers = new NumberReader(path, head.separator);
    if (head.header !== undefined) this.#begin(head.lines, cellsOf(head.header, head.separator));
  }

  get timing(): { timeUnit?: TimeUnit } {
    const { time } = this.columns!;
    const timeUnit = time && this.#times?.unit(unitOfColumn(time.name, time.unit));
    return timeUnit === undefined ? {} : { timeUnit };
  }

  /** Reads a block from a byte on; where it has no quotes, lines and cells are split at once. */
  read(block: Buffer, from: number): void {
    if (block.indexOf(34, from) >= 0) {
      this.#readQuoted(block.subarray(from));
      return;
    }
    const text = block.toString('utf8', from);
    const lines = text.includes('\r') ? text.split(LINE_ENDS) : text.split('\n');
    const { separator } = this.head;
    const last = lines.at(-1) === '' ? lines.length - 1 : lines.length;
    for (let i = 0; i < last; i++) {
      this.place.lines++;
      if (lines[i] !== '') this.#row(this.place.lines, cellsAt(lines[i]!, separator));
    }
  }

  #readQuoted(block: Buffer): void {
    const before = this.place.lines;
    let [last, twice] = [before, 0];
    const onRecord = (cells: string[], { lines }: { readonly lines: number }): null => {
      // the parser counts a line end of two characters within a cell twice
      for (const cell of cells) twice += cell.split('\r\n').length - 1;
      last = before + lines - twice;
      this.#row(last - cells.reduce((sum, cell) => sum + (cell.match(LINE_ENDS)?.length ?? 0), 0), cells);
      return null;
    };
    try {
      parse(block, { ...SYNTAX, delimiter: this.head.separator, on_record: onRecord });
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      throwFirst(this.complaints);
      fail(csvBadQuotes(this.path, last + 1, error.code === 'CSV_QUOTE_NOT_CLOSED'));
    }
    this.place.lines = before + (block.toString('latin1').match(LINE_ENDS)?.length ?? 0);
  }

  #begin(line: number, cells: readonly string[]): void {
    const { needed, columns } = this.rules;
    this.#header = cells;
    this.columns = resolveColumns(this.path, line, cells, columns, needed, cells.join(this.head.separator));
    this.#values = new Float64Array(this.columns.features.length);
    this.#targets = new Float64Array(this.columns.targets.length);
    if (this.columns.time) this.#times = new TimeReader(this.path, this.columns.time.cell);
  }

  #row(line: number, cells: string[]): void {
    if (cells.every((cell) => cell.trim() === '')) return;
    if (this.columns === undefined) {
      this.#begin(
        line,
        cells.map((cell) => cell.trim()),
      );
      return;
    }
    this.rows++;
    const before = this.complaints.length;
    if (cells.length !== this.columns.count)
      this.complaints.push(csvRaggedRow(this.path, line, cells, this.columns.count, this.head.separator));
    else if (cells.every((cell, i) => cell.trim() === this.#header[i]))
      this.complaints.push(csvRepeatedHeader(this.path, line));
    else this.#cells(line, cells, this.columns);
    if (this.complaints.length > before && this.complaints.length >= MAX_COMPLAINTS) throw new Enough();
  }

  #cells(line: number, cells: readonly string[], columns: Columns): void {
    const { path, complaints, numbers } = this;
    const before = complaints.length;
    const { index, trailing, time } = columns;
    if ((index && !/^\s*\d+\s*$/.test(cells[index.place]!)) || (trailing && cells[trailing.place]!.trim() !== ''))
      fail(csvUnnamedColumn(path, line, (index ?? trailing)!.place + 1, columns.count));
    const texts = this.#textsOf(line, cells, columns);
    columns.features.forEach(({ place, cell }, i) => {
      this.#values[i] = numbers.read(line, cell, cells[place]!, complaints);
    });
    columns.targets.forEach(({ place, cell }, i) => {
      // an empty cell: nothing is wanted here
      this.#targets[i] = cells[place]!.trim() === '' ? Number.NaN : numbers.read(line, cell, cells[place]!, complaints);
    });
    const timeText = time === undefined ? '' : cells[time.place]!.trim();
    const read = time && this.#times!.read(line, timeText, complaints);
    if (complaints.length > before) return;
    this.visit({ line, texts, values: this.#values, targets: this.#targets, time: read ?? Number.NaN, timeText });
  }

  #textsOf(line: number, cells: readonly string[], { texts }: Columns): RowTexts {
    let changed = false;
    for (const [column, { place }] of texts) if (cells[place] !== this.#texts[column]) changed = true;
    if (!changed && this.rows > 1) return this.#texts;
    const own: { [C in TextColumn]?: string } = {};
    for (const [column, { place }] of texts) {
      const cell = cells[place]!.trim();
      const text = this.#kept(WITH_EXPONENT.test(cell) ? String(Number(cell)) : cell);
      own[column] = text;
      if ((text === '' && !this.rules.mayBeEmpty.includes(column)) || text.length > MAX_TEXT_LENGTH)
        this.complaints.push(csvBadText(this.path, line, column, text.length));
    }
    this.#texts = own;
    return own;
  }
  /** A text that is kept: the same string for equal ones, and no part of its block, which would be kept with it. */
  #kept(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const own = Buffer.from(text).toString();
    this.#known.set(own, own);
    return own;
  }
}
