import type { FileNote } from '../folder.js';

/** Where the table of a file begins. */
export interface Head {
  /** Bytes and lines before the header. */
  readonly start: number;
  readonly lines: number;
  /** The header, where it is in a comment before the rows (numpy.savetxt) or made up; otherwise it is the first row. */
  readonly header?: string;
  /** A space where cells are separated by any number of them. */
  readonly separator: string;
  readonly notes: readonly FileNote[];
}

const SEPARATORS: readonly string[] = [',', ';', '\t'];
/** What Excel writes and reads as a first line: sep=; */
const SEPARATOR_LINE = /^"?sep=([^"])"?$/i;

/**
 * Skips empty lines, lines that begin with # and a line `sep=<separator>` at the beginning of a file. The last comment is
 * the header where it has the names that are needed and the first row has not. Rows that are whole sequences (`wide`) need
 * no header: a label in front of numbers is the form of the UCR archive (https://www.timeseriesclassification.com).
 * @param needed names that the header must have, in lower case
 * @param wide names that a header of rows which are whole sequences may begin with; absent where rows are steps
 */
export function readHead(path: string, bytes: Buffer, needed: readonly string[], wide?: readonly string[]): Head {
  let [start, lines] = [0, 0];
  let separator: string | undefined;
  let comment: { readonly text: string; readonly line: number } | undefined;
  for (;;) {
    const { text, next } = lineAt(bytes, start);
    const named = SEPARATOR_LINE.exec(text);
    if (named) separator = named[1]!;
    else if (text.startsWith('#')) comment = { text: text.slice(1).trim(), line: lines + 1 };
    else if (text !== '' || next === start) {
      const hidden = comment && isHeader(comment.text, text, needed) ? comment.text : undefined;
      const used = separator ?? separatorOf(hidden ?? text, hidden === undefined ? lineAt(bytes, next).text : text);
      const header = hidden ?? (wide && headerOfNumbers(text, used, wide));
      return {
        ...{ start, lines, separator: used },
        ...(header !== undefined && { header }),
        notes: [
          ...(comment && hidden === undefined
            ? [{ path: `${path}:${comment.line}`, fact: 'lines before the header that begin with # are skipped' }]
            : []),
          ...(header !== hidden
            ? [{ path: `${path}:${lines + 1}`, fact: 'there is no header: the first cell of a row is its label' }]
            : []),
        ],
      };
    }
    start = next;
    lines++;
  }
}

/** The line at a byte without outer white space, and where the next one begins; at the end they are the same place. */
function lineAt(bytes: Buffer, start: number): { text: string; next: number } {
  let end = start;
  while (end < bytes.length && bytes[end] !== 10 && bytes[end] !== 13) end++;
  const text = bytes.toString('utf8', start, end).trim();
  const next = bytes[end] === 13 && bytes[end + 1] === 10 ? end + 2 : Math.min(end + 1, bytes.length);
  return { text, next };
}

/** Whether a comment has the needed names, and as many cells as the row below it, which has not. */
function isHeader(comment: string, row: string, needed: readonly string[]): boolean {
  const separator = separatorOf(comment, row);
  const words = (line: string): string[] =>
    line
      .toLowerCase()
      .split(separator)
      .map((word) => word.trim());
  const named = (line: string): boolean => needed.every((name) => words(line).includes(name));
  const numbers = words(row).some((word) => word !== '' && !Number.isNaN(Number(word)));
  return named(comment) && words(comment).length === words(row).length && (needed.length === 0 ? numbers : !named(row));
}

/**
 * A row of numbers behind a first cell is no header, unless that cell is the name of a column of texts: the header that it
 * would have; undefined for other rows.
 */
function headerOfNumbers(row: string, separator: string, names: readonly string[]): string | undefined {
  const [first, ...numbers] = cellsAt(row, separator);
  if (names.includes(first!.replaceAll('"', '').trim().toLowerCase())) return undefined;
  if (numbers.length < 2 || numbers.some((cell) => cell.trim() === '' || Number.isNaN(Number(cell)))) return undefined;
  return ['label', ...numbers.map((_, i) => `v${i + 1}`)].join(separator);
}

/** The cells of a line without quotes. */
export const cellsAt = (line: string, separator: string): string[] =>
  separator === ' ' ? line.trim().split(/ +/) : line.split(separator);

/** Comma, semicolon or tab: the one that the header has most. Without any: spaces, if the row below has as many cells. */
function separatorOf(header: string, below: string): string {
  const plain = header.replace(/"[^"]*"/g, '');
  const count = (separator: string, line = plain): number => cellsAt(line, separator).length;
  const best = SEPARATORS.reduce((most, other) => (count(other) > count(most) ? other : most));
  return count(best) === 1 && count(' ') > 1 && count(' ') === count(' ', below) ? ' ' : best;
}
