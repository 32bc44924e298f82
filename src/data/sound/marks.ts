import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { throwFirst } from '../diagnostics.js';
import { readText } from '../files.js';
import { namesIn } from '../targets/flags.js';
import { marksLine, marksNone, marksOverlap } from './marks-diagnostics.js';

/** Something that is heard in a recording, seconds from its first sample. */
export interface Mark {
  readonly begin: number;
  readonly end: number;
  readonly label: string;
}

/** Samples as a microphone or another sensor gives them, and what is in them. */
export interface MarkedStream {
  readonly name: string;
  /** int16, channels interleaved. */
  readonly samples: Int16Array;
  /** Samples a second of the file, where there is one: less than those of the model, and high bands are empty. */
  readonly rate?: number;
  /** In the order of their beginnings; those of one label do not overlap. */
  readonly marks: readonly Mark[];
}

/** What a label file of a recording is called. */
const ENDINGS = ['.txt', '.csv'] as const;

/** The label file beside a recording: its name, ending in .txt (Audacity) or .csv; undefined where there is none. */
export function marksBeside(path: string): string | undefined {
  const stem = path.slice(0, path.length - extname(path).length);
  return ENDINGS.map((ending) => stem + ending).find((name) => name !== path && existsSync(name));
}

interface NumberedMark extends Mark {
  readonly line: number;
}

/**
 * Reads a label file, in the order of time: labels as Audacity exports them (begin, end, label, tabs between them), or a table
 * with commas and the header begin,end,label. Times are seconds. Marks that overlap are refused.
 * @param several several things at once: only marks of the same label must not overlap, and `hot; loud` is two labels
 */
export function readMarks(path: string, several = false): Mark[] {
  const table = /\.csv$/i.test(path);
  const lines = readText(path).split(/\r\n|\n|\r/);
  const marks: NumberedMark[] = [];
  const faults = lines.flatMap((text, i) => {
    const line = i + 1;
    // a line that begins with \ has the frequencies of the label above it
    if (text.trim() === '' || text.startsWith('\\') || (table && i === 0 && isHeader(text))) return [];
    const mark = readMark(text, table ? ',' : '\t');
    if (mark === null) return [marksLine(path, line, text, table)];
    const labels = several ? namesIn(mark.label) : [mark.label];
    marks.push(...labels.map((label) => ({ ...mark, label, line })));
    return [];
  });
  throwFirst(faults);
  if (marks.length === 0) throwFirst([marksNone(path)]);
  marks.sort((a, b) => a.begin - b.begin);
  throwFirst(
    marks.flatMap((mark, i) => {
      const before = marks.slice(0, i).findLast(({ label }) => !several || label === mark.label);
      return before !== undefined && mark.begin < before.end ? [marksOverlap(path, before, mark, several)] : [];
    }),
  );
  return marks.map(({ begin, end, label }) => ({ begin, end, label }));
}

const isHeader = (text: string): boolean => text.replace(/[\s"]/g, '').toLowerCase() === 'begin,end,label';

function readMark(text: string, separator: string): Mark | null {
  const [begin = '', end = '', ...rest] = text.split(separator).map((cell) => cell.trim());
  const label = rest.join(separator).replace(/^"(.*)"$/, '$1');
  const isTime = (cell: string): boolean => /^\d*\.?\d+$|^\d+\.$/.test(cell);
  if (!isTime(begin) || !isTime(end) || label === '' || Number(end) < Number(begin)) return null;
  return { begin: Number(begin), end: Number(end), label };
}
