import type { FileNote } from '../folder.js';

/** Where the table of a file begins. */
export interface Head {
  /** Bytes and lines before the header. */
  readonly start: number;
  readonly lines: number;
  /** The header, where it stands in a comment before the rows (numpy.savetxt); otherwise it is the first row. */
  readonly header?: string;
  readonly separator: string;
  readonly notes: readonly FileNote[];
}

const SEPARATORS = [',', ';', '\t'] as const;
/** What Excel writes and reads as a first line: sep=; */
const SEPARATOR_LINE = /^"?sep=([^"])"?$/i;

/**
 * Skips empty lines, lines that begin with # and a line `sep=<separator>` at the beginning of a file. The last comment is
 * the header where it has the names that are needed and the first row has not.
 */
export function readHead(path: string, bytes: Buffer, needed: readonly string[]): Head {
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
      return {
        start,
        lines,
        separator: separator ?? separatorOf(hidden ?? text),
        ...(hidden === undefined ? {} : { header: hidden }),
        notes:
          comment && hidden === undefined
            ? [{ path: `${path}:${comment.line}`, fact: 'lines before the header that begin with # are skipped' }]
            : [],
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
  const separator = separatorOf(comment);
  const words = (line: string): string[] =>
    line
      .toLowerCase()
      .split(separator)
      .map((word) => word.trim());
  const named = (line: string): boolean => needed.every((name) => words(line).includes(name));
  const numbers = words(row).some((word) => word !== '' && !Number.isNaN(Number(word)));
  return named(comment) && words(comment).length === words(row).length && (needed.length === 0 ? numbers : !named(row));
}

/** Comma, semicolon or tab: the one that the header has most. */
function separatorOf(header: string): string {
  const plain = header.replace(/"[^"]*"/g, '');
  const count = (separator: string): number => plain.split(separator).length;
  return SEPARATORS.reduce((best, other) => (count(other) > count(best) ? other : best));
}
