import { type Diagnostic, fail } from '../../diagnostics.js';
import { dataShapesDiffer, throwFirst } from '../diagnostics.js';
import { type FolderFile, isFolder } from '../files.js';
import { type FileNote, joinNotes, listRecordings } from '../folder.js';
import { groupOf, labelOf, type NamePatterns } from '../name-patterns.js';
import { modelName, partOfWord, type Recording, type Recordings } from '../recording.js';
import { csvBadPart, csvBrokenSequence, csvEmpty, csvTwoLabels } from './diagnostics.js';
import { type CsvRow, type CsvRules, readCsvRows } from './rows.js';

/** What the user may wish of CSV files. */
export interface CsvWishes extends NamePatterns {
  /** A label for each row instead of one for each sequence. */
  readonly everyStep: boolean;
}

/**
 * A CSV file `sequence,label,<feature>...`, or a folder of CSV files. Rows are time steps; the rows of a sequence stand
 * together. In a folder, a file without the column `sequence` is one sequence, and without the column `label` its label
 * comes from its path. The optional columns `group` and `split` name what a split needs.
 */
export function readCsv(path: string, wishes: CsvWishes): Recordings {
  const folder = isFolder(path);
  const { files, notes } = folder
    ? listRecordings(path, /\.(csv|tsv)$/i, wishes)
    : { files: [{ path, name: '' }], notes: [] };
  if (files.length === 0) fail(csvEmpty(path));
  const read = files.map((file) => readFile(file, folder, wishes));
  const [first] = read as [CsvFile];
  const other = read.findIndex(({ features }) => features.join() !== first.features.join());
  if (other > 0)
    fail(dataShapesDiffer(files[other]!.path, 'the features', read[other]!.features.join(), first.features.join()));
  return {
    name: modelName(path, 'csv'),
    source: path,
    size: first.features.length,
    everyStep: wishes.everyStep,
    normalization: { kind: 'standard' },
    featureNames: first.features,
    notes: [...notes, ...joinNotes(read.flatMap((file) => file.notes))],
    list: read.flatMap(({ recordings }) => recordings),
  };
}

interface CsvFile {
  readonly features: readonly string[];
  readonly recordings: readonly Recording[];
  readonly notes: readonly FileNote[];
}

/** The rows of one sequence so far. */
interface Sequence {
  readonly line: number;
  readonly texts: CsvRow['texts'];
  readonly labels: string[];
  readonly values: number[];
}

function readFile(file: FolderFile, folder: boolean, wishes: CsvWishes): CsvFile {
  const { path } = file;
  const fromPath = folder || wishes.labelPattern !== undefined;
  const rules: CsvRules = {
    needed: [...(folder ? [] : ['sequence' as const]), ...(fromPath && !wishes.everyStep ? [] : ['label' as const])],
    mayBeEmpty: wishes.everyStep ? ['label'] : [],
  };
  const complaints: Diagnostic[] = [];
  const sequences = new Map<string, Sequence>();
  // what is wrong with a sequence is in each of its rows
  const faulty = new Set<string>();
  const complain = (name: string, complaint: Diagnostic): void => {
    if (!faulty.has(name)) complaints.push(complaint);
    faulty.add(name);
  };
  let current = '';
  const { features, notes } = readCsvRows(path, rules, complaints, ({ line, texts, values }) => {
    const name = texts.sequence ?? '';
    let sequence = sequences.get(name);
    if (sequence !== undefined && current !== name) complain(name, csvBrokenSequence(path, line, name));
    if (sequence === undefined) {
      sequence = { line, texts, labels: [], values: [] };
      sequences.set(name, sequence);
      if (texts.split !== undefined && partOfWord(texts.split) === undefined)
        complaints.push(csvBadPart(path, line, texts.split));
    }
    current = name;
    for (const column of wishes.everyStep ? (['group', 'split'] as const) : (['label', 'group', 'split'] as const)) {
      const [before, now] = [sequence.texts[column] ?? '', texts[column] ?? ''];
      if (before !== now) complain(name, csvTwoLabels(path, line, name, column, before, now));
    }
    if (wishes.everyStep) sequence.labels.push(texts.label!);
    for (const value of values) sequence.values.push(value);
  });
  throwFirst(complaints);
  return { features, notes, recordings: [...sequences].map(([name, s]) => recordingOf(file, name, s, wishes)) };
}

function recordingOf(file: FolderFile, sequence: string, read: Sequence, wishes: CsvWishes): Recording {
  const name = [file.name, sequence].filter((word) => word !== '').join('/');
  const source = `${file.path}:${read.line}`;
  const { label, group = groupOf(source, name, wishes), split } = read.texts;
  const part = split === undefined ? file.part : partOfWord(split);
  return {
    source,
    name,
    values: Float64Array.from(read.values),
    labels: wishes.everyStep ? read.labels : [label ?? labelOf(source, name, wishes)],
    ...(group === undefined ? {} : { group }),
    ...(part === undefined ? {} : { part }),
  };
}
