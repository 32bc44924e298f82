import { type Diagnostic, fail } from '../../diagnostics.js';
import { sizeOfFile } from '../../read-file.js';
import { dataShapesDiffer, throwFirst } from '../diagnostics.js';
import { type FolderFile, isFolder } from '../files.js';
import { type FileNote, joinNotes, listRecordings } from '../folder.js';
import { groupOf, labelOf, type NamePatterns } from '../name-patterns.js';
import type { OnProgress } from '../progress.js';
import { modelName, partOfWord, type Recording, type Recordings } from '../recording.js';
import type { Values } from '../values.js';
import { csvTimeColumn, csvTimeOrder, csvWide } from './column-diagnostics.js';
import { type Column, type ColumnWishes, channelsOf } from './columns.js';
import { csvBadPart, csvBrokenSequence, csvEmpty, csvTwoLabels } from './diagnostics.js';
import { Growing } from './growing.js';
import { RisingColumns } from './rising.js';
import { type CsvFacts, type CsvRow, type CsvRules, type RowTexts, readCsvRows } from './rows.js';
import { secondsOf } from './time.js';
import { timingOf } from './timing.js';

/** Bytes of tables whose values are kept as float64. */
const MAX_FLOAT64_BYTES = 256 * 2 ** 20;

/** What the user may wish of CSV files. */
export interface CsvWishes extends NamePatterns {
  readonly columns: ColumnWishes;
  /** One label for each recording, or for each row; `any`: for each row where there is such a column. */
  readonly labels: 'last' | 'every-step' | 'any';
  /** A file without the column `sequence` is one recording. */
  readonly whole: boolean;
  /** Labels are read where they are there. */
  readonly unlabelled: boolean;
  /** Values of a time step where a row is a whole sequence. */
  readonly wide?: number | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * A CSV file `sequence,label,<feature>...`, or a folder of CSV files. Rows are time steps; the rows of a sequence stand
 * together. In a folder, a file without the column `sequence` is one sequence, and without the column `label` its label
 * comes from its path. The optional columns `group` and `split` name what a split needs; the user may name others for
 * every purpose.
 */
export function readCsv(path: string, wishes: CsvWishes): Recordings {
  const folder = isFolder(path);
  const { files, notes } = folder
    ? listRecordings(path, /\.(csv|tsv)$/i, wishes)
    : { files: [{ path, name: '' }], notes: [] };
  if (files.length === 0) fail(csvEmpty(path, 'the folder holds no .csv or .tsv file'));
  const bytes = files.reduce((sum, file) => sum + sizeOfFile(file.path), 0);
  const array = bytes > MAX_FLOAT64_BYTES ? Float32Array : Float64Array;
  let before = 0;
  const read = files.map((file) => {
    const onProgress = (done: number): void => wishes.onProgress?.(before + done, bytes);
    const own = new CsvFile(file, folder, { ...wishes, onProgress }, array).read();
    before += sizeOfFile(file.path);
    return own;
  });
  const [first] = read as [ReadFile];
  for (const what of ['features', 'targets'] as const) {
    const names = ({ facts }: ReadFile): string => facts.columns[what].map(({ cell }) => cell).join();
    const other = read.findIndex((file) => names(file) !== names(first));
    if (other > 0) fail(dataShapesDiffer(files[other]!.path, `the ${what}`, names(read[other]!), names(first)));
  }
  const { wide } = wishes;
  const columns = first.facts.columns.features.length;
  if (wide !== undefined && columns % wide !== 0)
    fail(csvWide(files[0]!.path, first.facts.columns.line, columns, wide));
  refuseTimes(read);
  const timed = withTiming(read);
  const { features, targets } = first.facts.columns;
  return {
    name: modelName(path, 'csv'),
    source: path,
    size: wide ?? features.length,
    everyStep: wishes.labels === 'every-step',
    normalization: { kind: 'standard' },
    ...(wide === undefined && { channels: channelsOf(features) }),
    ...(targets.length > 0 && { targets: channelsOf(targets) }),
    ...(timed.rate !== undefined && { rate: timed.rate }),
    notes: [...notes, ...joinNotes([...read.flatMap(({ facts }) => facts.notes), ...timed.notes])],
    list: timed.list,
  };
}

/** A column that looks like a time in every file is one. */
function refuseTimes(read: readonly ReadFile[]): void {
  const [{ path, facts, rising }] = read as [ReadFile];
  if (facts.columns.chosen) return;
  const found = rising.found.find(({ place }) =>
    read.every((file) => file.rising.found.some((other) => other.place === place)),
  );
  const cells = facts.columns.features.map(({ cell }) => cell);
  if (found) fail(csvTimeColumn(path, facts.columns.line, cells[found.place]!, found.why, cells));
}

/** The rate of all recordings, and the gaps of each. */
function withTiming(read: readonly ReadFile[]): { list: Recording[]; rate?: number; notes: readonly FileNote[] } {
  const [{ facts }] = read as [ReadFile];
  const { time } = facts.columns;
  const all = read.flatMap(({ recordings }) => recordings);
  if (time === undefined) return { list: all.map(({ recording }) => recording), notes: [] };
  const times = read.flatMap(({ facts: { timeUnit = 's' }, recordings }) =>
    recordings.map(({ recording, name, steps }) => ({
      source: recording.source,
      name,
      steps,
      unit: secondsOf(timeUnit),
    })),
  );
  const counts = facts.timeUnit === undefined;
  const { rate, gaps, notes } = timingOf(time.cell, times, !counts);
  const list = all.map(({ recording }, i) => (gaps[i]!.length > 0 ? { ...recording, gaps: gaps[i]! } : recording));
  return { list, notes, ...(rate !== undefined && { rate }) };
}

interface ReadFile {
  readonly facts: CsvFacts;
  readonly rising: RisingColumns;
  readonly path: string;
  readonly recordings: readonly {
    readonly recording: Recording;
    readonly name: string;
    readonly steps: Values;
  }[];
}

/** The rows of one sequence so far. */
interface Sequence {
  readonly line: number;
  readonly texts: RowTexts;
  /** Of each row, from the first one on that has another label. */
  readonly labels: string[];
  rows: number;
  readonly values: Growing;
  readonly targets: Growing;
  /** From each time to the next one. */
  readonly steps: Growing;
  lastTime: number;
}

/** What is wanted of a sequence is in its last row. */
const lastRow = (all: Growing, { length }: readonly Column[]): Float64Array =>
  Float64Array.from(all.finish().slice(-length));

/** Reads one file. */
class CsvFile {
  readonly #complaints: Diagnostic[] = [];
  readonly #sequences = new Map<string, Sequence>();
  /** What is wrong with a sequence is in each of its rows. */
  readonly #faulty = new Set<string>();
  #current: Sequence | undefined;
  #name = '';
  #timeText = '';
  #rising: RisingColumns | undefined;
  /** Of the file, that is read or being read. */
  #share = 1;

  constructor(
    readonly file: FolderFile,
    readonly folder: boolean,
    readonly wishes: CsvWishes,
    readonly array: typeof Float64Array | typeof Float32Array,
  ) {}

  read(): ReadFile {
    const { path } = this.file;
    const { onProgress } = this.wishes;
    const facts = readCsvRows(
      path,
      this.#rules(),
      this.#complaints,
      (row) => this.#visit(row),
      (done, whole) => {
        this.#share = whole > 0 ? done / whole : 1;
        onProgress?.(done, whole);
      },
    );
    throwFirst(this.#complaints);
    return {
      ...{ facts, rising: this.#rising ?? new RisingColumns(0), path },
      recordings: [...this.#sequences].map(([name, sequence]) => ({
        ...{ name, steps: sequence.steps.finish() },
        recording: this.#recordingOf(name, sequence, facts.columns.targets),
      })),
    };
  }

  #rules(): CsvRules {
    const { folder, wishes } = this;
    const { labels, labelPattern, unlabelled, whole, wide, columns } = wishes;
    const fromPath = folder || labelPattern !== undefined || unlabelled;
    const labelled = (columns.targets ?? []).length === 0;
    return {
      needed: [
        ...(folder || whole || wide !== undefined ? [] : ['sequence' as const]),
        ...(labelled && !(fromPath && labels !== 'every-step') ? ['label' as const] : []),
      ],
      mayBeEmpty: labels === 'last' && !unlabelled ? [] : ['label'],
      wide: wide !== undefined,
      columns,
    };
  }

  #visit(row: CsvRow): void {
    const { wishes } = this;
    const { texts, values } = row;
    const name = wishes.wide === undefined ? (texts.sequence ?? '') : (texts.sequence ?? `row ${row.line}`);
    const start = this.#current === undefined || this.#name !== name;
    if (start) this.#start(name, row);
    const sequence = this.#current!;
    this.#checkTexts(name, row, sequence);
    if (wishes.labels !== 'last' && texts.label !== undefined) {
      // as long as the label is that of the first row, nothing is kept
      if (sequence.labels.length === 0 && texts.label !== sequence.texts.label)
        for (let i = 0; i < sequence.rows; i++) sequence.labels.push(sequence.texts.label ?? '');
      if (sequence.labels.length > 0 || texts.label !== sequence.texts.label) sequence.labels.push(texts.label);
    }
    sequence.rows++;
    sequence.values.push(values);
    sequence.targets.push(row.targets);
    if (wishes.wide === undefined) {
      this.#rising ??= new RisingColumns(values.length);
      this.#rising.add(values, start);
    }
    if (Number.isNaN(row.time)) return;
    if (!start && row.time <= sequence.lastTime) this.#complain(name, this.#timeOrder(name, row));
    if (sequence.rows > 1) sequence.steps.add(row.time - sequence.lastTime);
    sequence.lastTime = row.time;
    this.#timeText = row.timeText;
  }

  #start(name: string, { line, texts }: CsvRow): void {
    const { path } = this.file;
    const before = this.#sequences.get(name);
    if (before !== undefined) this.#complain(name, csvBrokenSequence(path, line, name));
    this.#name = name;
    // one that is complete takes no more than its length
    for (const numbers of ['values', 'targets', 'steps'] as const) this.#current?.[numbers].finish();
    const expected = (length: number): number => length / this.#share;
    this.#current = before ?? {
      ...{ line, texts, labels: [], rows: 0, lastTime: Number.NaN },
      values: new Growing(this.array, expected),
      targets: new Growing(Float64Array, expected),
      steps: new Growing(Float32Array, expected),
    };
    this.#sequences.set(name, this.#current);
    if (before === undefined && texts.split !== undefined && partOfWord(texts.split) === undefined)
      this.#complaints.push(csvBadPart(path, line, texts.split));
  }

  #checkTexts(name: string, { line, texts }: CsvRow, sequence: Sequence): void {
    if (texts === sequence.texts) return;
    // beside targets, labels say nothing
    const labelled = this.wishes.labels === 'last' && (this.wishes.columns.targets ?? []).length === 0;
    const once = labelled ? (['label', 'group', 'split'] as const) : (['group', 'split'] as const);
    for (const column of once) {
      const [before, now] = [sequence.texts[column] ?? '', texts[column] ?? ''];
      if (before !== now) this.#complain(name, csvTwoLabels(this.file.path, line, name, column, before, now));
    }
  }

  #complain(name: string, complaint: Diagnostic): void {
    if (!this.#faulty.has(name)) this.#complaints.push(complaint);
    this.#faulty.add(name);
  }

  #timeOrder(name: string, { line, timeText }: CsvRow): Diagnostic {
    return csvTimeOrder(this.file.path, line, this.wishes.columns.time!, name, this.#timeText, timeText);
  }

  #recordingOf(sequence: string, read: Sequence, targets: readonly Column[]): Recording {
    const { file, wishes } = this;
    const name = [file.name, sequence].filter((word) => word !== '').join('/');
    const source = `${file.path}:${read.line}`;
    const { split } = read.texts;
    // what is remembered of a training goes before a column that its data did not have
    const group = groupOf(source, name, wishes) ?? read.texts.group;
    const part = split === undefined ? file.part : partOfWord(split);
    const values = read.values.finish();
    return {
      ...{ source, name, values },
      labels: this.#labelsOf(source, name, read),
      ...(targets.length > 0 && {
        targets: wishes.labels === 'last' ? lastRow(read.targets, targets) : (read.targets.finish() as Float64Array),
      }),
      ...(group === undefined ? {} : { group }),
      ...(part === undefined ? {} : { part }),
    };
  }

  #labelsOf(source: string, name: string, { labels, texts, rows }: Sequence): readonly string[] {
    const { wishes } = this;
    if (wishes.labelPattern !== undefined) return [labelOf(source, name, wishes)];
    if (labels.length > 0) return labels;
    if (texts.label !== undefined && wishes.labels === 'every-step') return Array<string>(rows).fill(texts.label);
    if (texts.label !== undefined) return [texts.label];
    if (wishes.unlabelled) return [name.split('/').at(-2) ?? ''];
    if ((wishes.columns.targets ?? []).length > 0) return [''];
    return [labelOf(source, name, wishes)];
  }
}
