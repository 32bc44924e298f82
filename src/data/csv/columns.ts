import { fail } from '../../diagnostics.js';
import type { Channel } from '../../ir/model.js';
import { throwFirst } from '../diagnostics.js';
import {
  csvColumnAndPattern,
  csvColumnTaken,
  csvColumnTwice,
  csvNoColumn,
  csvTimeColumn,
} from './column-diagnostics.js';
import { csvDuplicateColumn, csvHeader, csvUnnamedColumn } from './diagnostics.js';
import { isNumber } from './numbers.js';
import { namesTime } from './time.js';

/** Columns of texts that have a meaning by their names, in any case. */
export const TEXT_COLUMNS = ['sequence', 'label', 'group', 'split'] as const;
export type TextColumn = (typeof TEXT_COLUMNS)[number];

/** Which columns the user names; a column is named by its whole cell in the header, or by the cell without its unit. */
export interface ColumnWishes {
  /** The inputs, in this order; absent: all columns without another meaning. */
  readonly features?: readonly string[] | undefined;
  readonly drop?: readonly string[] | undefined;
  /** Numbers to be predicted. */
  readonly targets?: readonly string[] | undefined;
  readonly sequence?: string | undefined;
  readonly label?: string | undefined;
  readonly group?: string | undefined;
  readonly time?: string | undefined;
  /** What the names of files say, by a pattern; a column that says it too is refused. */
  readonly labelPattern?: RegExp | undefined;
  readonly groupPattern?: RegExp | undefined;
  /** The names were remembered: those of other columns than features may be missing. */
  readonly lenient?: boolean | undefined;
}

/** A column of a file: `ax [m/s2]` and `ax (m/s2)` are the name ax with the unit m/s2. */
export interface Column extends Channel {
  readonly place: number;
  /** As the header has it. */
  readonly cell: string;
}

/** What the columns of a file are. */
export interface Columns {
  /** Of the header. */
  readonly line: number;
  /** Cells of a row. */
  readonly count: number;
  readonly features: readonly Column[];
  readonly targets: readonly Column[];
  readonly texts: ReadonlyMap<TextColumn, Column>;
  readonly time?: Column;
  /** The unnamed first column of whole numbers that pandas writes, and an unnamed last one of empty cells. */
  readonly index?: Column;
  readonly trailing?: Column;
  /** The user named the features: nothing is concluded from their names and values. */
  readonly chosen: boolean;
}

const WITH_UNIT = /^(.*?\S)\s*\[([^[\]]*)\]$|^(.*?\S)\s+\(([^()]*)\)$/;

/** Name and unit of a cell of the header; a unit of more than 20 characters is a remark. */
export function channelOf(cell: string): Channel {
  const [, name, unit, other, otherUnit] = WITH_UNIT.exec(cell) ?? [];
  const found = (unit ?? otherUnit ?? '').trim();
  return found === '' || found.length > 20 ? { name: cell } : { name: (name ?? other)!, unit: found };
}

/** Columns of a header; names that would be equal without their units keep them. */
function columnsOf(cells: readonly string[]): Column[] {
  const channels = cells.map(channelOf);
  return cells.map((cell, place) => {
    const own = channels[place]!;
    const alone = channels.filter(({ name }) => name === own.name).length === 1;
    return { ...(alone ? own : { name: cell }), place, cell };
  });
}

/** Columns whose contents the names of files may have, and the option that says so. */
const PATTERNS = [
  ['label', 'labelPattern'],
  ['group', 'groupPattern'],
] as const;

/** The name that pandas gives to its index when it reads a file that has none for it. */
const PANDAS_INDEX = /^(unnamed: 0(\.\d+)?|)$/i;

/**
 * Gives each column of a header its meaning.
 * @param needed text columns that must be there
 * @param found the header as it is written, for complaints
 */
export function resolveColumns(
  path: string,
  line: number,
  cells: readonly string[],
  wishes: ColumnWishes,
  needed: readonly TextColumn[],
  found: string,
): Columns {
  const all = columnsOf(cells);
  const find = (name: string): Column | undefined =>
    all.find(({ cell }) => cell === name) ?? all.find((column) => column.name === name);
  const named = (option: string, name: string): Column =>
    find(name) ?? fail(csvNoColumn(path, line, option, name, cells));
  const listed = (option: string, names: readonly string[] = []): Column[] => names.map((name) => named(option, name));
  const maybe = (option: string, name: string | undefined): Column | undefined =>
    name === undefined || (wishes.lenient && find(name) === undefined) ? undefined : named(option, name);
  const features = listed('--features', wishes.features);
  const targets = (wishes.targets ?? []).flatMap((name) => maybe('--targets', name) ?? []);
  const dropped = new Set(
    listed('--drop', wishes.drop).flatMap(({ cell }) => all.filter((other) => other.cell === cell)),
  );
  const time = maybe('--time', wishes.time);
  const texts = new Map<TextColumn, Column>();
  for (const column of TEXT_COLUMNS)
    if (column !== 'split') {
      const own = maybe(`--${column}`, wishes[column]);
      if (own) texts.set(column, own);
    }
  const taken = (): readonly Column[] => [
    ...features,
    ...targets,
    ...dropped,
    ...texts.values(),
    ...(time ? [time] : []),
  ];
  for (const column of TEXT_COLUMNS) {
    const own = all.find(({ cell }) => cell.toLowerCase() === column);
    if (own && !texts.has(column) && !taken().includes(own)) texts.set(column, own);
  }
  for (const [column, pattern] of PATTERNS) {
    const own = texts.get(column);
    if (own && wishes[pattern] && !wishes.lenient) fail(csvColumnAndPattern(path, line, own.cell, column));
  }
  const used = taken();
  const twice = used.find((column, i) => used.indexOf(column) < i);
  if (twice) fail(csvColumnTwice(path, line, twice.cell));
  const lacking = needed.filter((column) => !texts.has(column));
  for (const column of lacking) {
    const taken = used.find(({ cell }) => cell.toLowerCase() === column);
    if (taken) fail(csvColumnTaken(path, line, taken.cell, column));
  }
  const rest = all.filter((column) => !used.includes(column));
  const index = rest.find(({ place, cell }) => place === 0 && PANDAS_INDEX.test(cell));
  const trailing = rest.find(({ place, cell }) => place > 0 && place === cells.length - 1 && cell === '');
  const others = rest.filter((column) => column !== index && column !== trailing);
  const chosen = wishes.features !== undefined;
  const own = chosen ? features : others;
  // a header of numbers is a first row, but beside the name of a text column
  if (lacking.length > 0 || own.length === 0 || (texts.size === 0 && own.some(({ cell }) => isNumber(cell))))
    fail(csvHeader(path, line, found, lacking, own.length === 0 && used.length > texts.size));
  const kept = [...(chosen ? [] : others), ...used.filter((column) => !dropped.has(column))];
  throwFirst([
    ...kept.flatMap(({ cell, place }) => (cell === '' ? [csvUnnamedColumn(path, line, place + 1, cells.length)] : [])),
    ...duplicatesAmong(cells, kept).map(([first, second]) =>
      csvDuplicateColumn(path, line, wordOf(cells[second]!), first + 1, second + 1),
    ),
  ]);
  const clock = chosen ? undefined : own.find(({ name, unit }) => namesTime(name, unit));
  if (clock)
    fail(
      csvTimeColumn(
        path,
        line,
        clock.cell,
        'is named like a time',
        own.map(({ cell }) => cell),
      ),
    );
  return {
    ...{ line, count: cells.length, features: own, targets, texts, chosen },
    ...(time && { time }),
    ...(index && { index }),
    ...(trailing && { trailing }),
  };
}

/** Text columns are found by their names in any case. */
const wordOf = (cell: string): string => TEXT_COLUMNS.find((column) => column === cell.toLowerCase()) ?? cell;

/** Places of two columns of one name, of which one at least is used. */
function duplicatesAmong(cells: readonly string[], used: readonly Column[]): [number, number][] {
  const words = cells.map(wordOf);
  const places = new Set(used.map(({ place }) => place));
  return words.flatMap((word, second): [number, number][] => {
    const first = words.indexOf(word);
    return word !== '' && first < second && (places.has(first) || places.has(second)) ? [[first, second]] : [];
  });
}

/** What is kept of a column in model.json. */
export const channelsOf = (columns: readonly Column[]): Channel[] =>
  columns.map(({ name, unit }) => (unit === undefined ? { name } : { name, unit }));
