import type { Diagnostic } from '../../diagnostics.js';
import type { FileNote } from '../folder.js';
import { MAX_VALUE } from '../make-dataset.js';
import { csvBadNumber, csvMissingValue, csvMixedDecimals, csvNotFinite } from './diagnostics.js';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const DECIMAL_COMMA = /^[+-]?(\d+,\d*|,\d+)(e[+-]?\d+)?$/i;
/** How programs write a value that is not there. */
const MISSING = /^(|-|\?|[+-]?nan(\(.*\))?|null|none|n\/?a|#n\/a|-?1\.#(ind|qnan|nan)\w*)$/i;
/** How pandas and spreadsheets write truth values. */
const TRUTH = /^(true|false)$/i;
const INFINITE = /^[+-]?(inf|infinity|1\.#inf\w*)$/i;

export const isNumber = (text: string): boolean => NUMBER.test(text);

/**
 * Reads the numbers of one file: decimal points, or decimal commas throughout where another sign separates cells; True is
 * 1 and False 0.
 */
export class NumberReader {
  /** The first number of each kind. */
  #point: { readonly line: number; readonly text: string } | undefined;
  #comma: { readonly line: number; readonly text: string } | undefined;
  /** The line of the first truth value. */
  #truth: number | undefined;
  /** Columns that held a text in the first row: one complaint is enough. */
  readonly #texts = new Set<string>();
  #firstLine = 0;

  constructor(
    readonly path: string,
    readonly separator: string,
  ) {}

  read(line: number, column: string, cell: string, complaints: Diagnostic[]): number {
    this.#firstLine ||= line;
    // most cells: what JavaScript reads is what is meant, but for empty cells, 0x10 and the like
    const plain = Number(cell);
    const sign = cell.charCodeAt(1) | 32;
    if (plain >= -MAX_VALUE && plain <= MAX_VALUE && cell.charCodeAt(0) > 32 && !(sign > 97 && sign !== 101)) {
      if (this.#point === undefined && cell.includes('.')) this.#point = { line, text: cell.trim() };
      return plain;
    }
    const text = cell.trim();
    if (TRUTH.test(text)) {
      this.#truth ??= line;
      return text.length === 'true'.length ? 1 : 0;
    }
    const comma = this.separator !== ',' && DECIMAL_COMMA.test(text);
    const value = Number(comma ? text.replace(',', '.') : text);
    if (comma) this.#comma ??= { line, text };
    else if (!isNumber(text)) this.#complain(line, column, text, complaints);
    else if (text.includes('.')) this.#point ??= { line, text };
    if ((comma || isNumber(text)) && Math.abs(value) > MAX_VALUE)
      complaints.push(csvNotFinite(this.path, line, column, text));
    return value;
  }

  #complain(line: number, column: string, text: string, complaints: Diagnostic[]): void {
    if (MISSING.test(text)) complaints.push(csvMissingValue(this.path, line, column, text));
    else if (INFINITE.test(text)) complaints.push(csvNotFinite(this.path, line, column, text));
    else if (!this.#texts.has(column)) complaints.push(csvBadNumber(this.path, line, column, text));
    if (line === this.#firstLine) this.#texts.add(column);
  }

  /** After the last row. */
  finish(complaints: Diagnostic[], notes: FileNote[]): void {
    if (this.#truth) notes.push({ path: `${this.path}:${this.#truth}`, fact: 'True is read as 1 and False as 0' });
    if (!this.#comma) return;
    const { line, text } = this.#comma;
    if (this.#point) complaints.push(csvMixedDecimals(this.path, line, text, this.#point.line, this.#point.text));
    else notes.push({ path: `${this.path}:${line}`, fact: 'decimal commas: 1,234 is read as 1.234' });
  }
}
