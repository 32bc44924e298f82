import { columnsOf, tint, widthOf, wrap } from './terminal.js';

type Row = readonly (string | number)[];

/** Between two columns. */
const GAP = 2;
/** A column of text is not made narrower than this: its words are cut instead. */
const MIN_TEXT = 12;

/** A number, a range of some, with a unit. */
const NUMBER = /^-?[\d.,]+( - -?[\d.,]+)*( [%Ks])?$/;

interface Column {
  readonly numeric: boolean;
  readonly cells: readonly string[];
  readonly width: number;
  /** Of its longest word. */
  readonly word: number;
  /** With words cut. */
  readonly minimum: number;
}

/**
 * A plain text table: columns of numbers to the right, all others to the left.
 * Wider than `width` columns, its texts are wrapped, the longest first; where that is not enough, the table goes on
 * below, with the first column again.
 * @param width columns of the terminal; not given: those of stdout
 */
export function formatTable(
  header: readonly string[],
  rows: readonly Row[],
  width = columnsOf(process.stdout),
): string {
  const columns = header.map((_, c) => columnOf([header, ...rows].map((row) => visible(String(row[c] ?? '')))));
  return blocksOf(columns, width)
    .map((block) => formatBlock(fitted(block, width)))
    .join('\n\n');
}

/** Control characters as escapes: a label of the data must not move the cursor or end the line. */
const visible = (text: string): string =>
  text.replace(/\p{Cc}/gu, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** The widest of cells, however many there are: a call takes about 100,000 arguments. */
const widest = (cells: readonly string[]): number => cells.reduce((most, cell) => Math.max(most, widthOf(cell)), 0);

function columnOf(cells: readonly string[]): Column {
  const numbers = cells.slice(1).filter((cell) => cell !== '-');
  const numeric = numbers.length > 0 && numbers.every((cell) => NUMBER.test(cell));
  const width = widest(cells);
  const longest = (texts: readonly string[]): number => widest(texts.flatMap((t) => t.split(' ')));
  const title = longest([cells[0]!]);
  const word = numeric ? Math.max(title, widest(cells.slice(1))) : longest(cells);
  return { numeric, cells, width, word, minimum: numeric ? word : Math.min(word, Math.max(MIN_TEXT, title)) };
}

const total = (widths: readonly number[]): number => widths.reduce((sum, w) => sum + w, 0) + GAP * (widths.length - 1);

/** Columns in groups that can be made to fit; the first column leads each. */
function blocksOf([first, ...others]: readonly Column[], width: number): Column[][] {
  const blocks: Column[][] = [[first!]];
  for (const column of others) {
    const block = blocks.at(-1)!;
    if (block.length > 1 && total([...block, column].map(({ minimum }) => minimum)) > width)
      blocks.push([first!, column]);
    else block.push(column);
  }
  return blocks;
}

/** Makes the widest columns narrower until the block fits: first down to their words, then through them. */
function fitted(columns: readonly Column[], width: number): Column[] {
  const widths = columns.map((column) => column.width);
  for (const least of ['word', 'minimum'] as const)
    while (total(widths) > width) {
      const givers = widths.flatMap((w, c) => (w > columns[c]![least] ? [c] : []));
      if (givers.length === 0) break;
      const giver = givers.reduce((a, b) => (widths[b]! > widths[a]! ? b : a));
      widths[giver]!--;
    }
  return columns.map((column, c) => ({ ...column, width: widths[c]! }));
}

function formatBlock(columns: readonly Column[]): string {
  const pad = ({ numeric, width }: Column, text: string): string => {
    const space = ' '.repeat(Math.max(0, width - widthOf(text)));
    return numeric ? space + text : text + space;
  };
  const line = (r: number): string[] => {
    const wrapped = columns.map(({ cells, width }) => wrap(cells[r]!, width));
    return Array.from({ length: Math.max(...wrapped.map((lines) => lines.length)) }, (_, i) =>
      columns
        .map((column, c) => pad(column, wrapped[c]![i] ?? ''))
        .join(' '.repeat(GAP))
        .trimEnd(),
    );
  };
  const [title, ...body] = columns[0]!.cells.map((_, r) => line(r));
  const rule = columns.map(({ width }) => '-'.repeat(width)).join(' '.repeat(GAP));
  return [...title!.map((text) => tint('strong', text)), rule, ...body.flat()].join('\n');
}
