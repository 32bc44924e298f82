import { basename } from 'node:path';
import { type Diagnostic, throwIfAny } from '../diagnostics.js';
import { type CsvRow, MAX_COMPLAINTS, readCsv } from './csv-rows.js';
import { type Dataset, ratioIndices, splitByRatio } from './dataset.js';
import { csvBrokenSequence, csvSequenceLength, csvSmallClass, csvTooFewClasses, csvTwoLabels } from './diagnostics.js';
import { learnScaling, scaledCodes } from './scaling.js';

/** The split never changes, whatever the seed of a training. */
const SPLIT_SEED = 1234;
/** So many sequences put at least one of a class into each part. */
const SMALLEST_CLASS = 10;

/**
 * A CSV file `sequence,label,<feature>...`: consecutive rows of one sequence are its time steps. Split 80 / 10 / 10 by
 * sequence; offset and scale of each feature are learned on the training part.
 */
export function loadCsv(path: string): Dataset {
  const { features, rows } = readCsv(path);
  const recordings = group(path, rows);
  const labels = labelsOf(path, recordings);
  const classes = Int32Array.from(recordings, ({ label }) => labels.indexOf(label));
  const real = recordings.map(({ values }) => Float64Array.from(values));
  const trained = Array.from(ratioIndices(classes, SPLIT_SEED).train, (i) => real[i]!);
  const input = learnScaling(trained, features.length);
  const codes = real.map((values) => scaledCodes(values, input));
  return {
    name: nameOf(path),
    input,
    labels,
    everyStep: false,
    stream: false,
    ...splitByRatio(codes, classes, SPLIT_SEED),
  };
}

interface Recording {
  readonly name: string;
  readonly label: string;
  readonly line: number;
  readonly values: number[];
}

function group(path: string, rows: readonly CsvRow[]): Recording[] {
  const complaints: Diagnostic[] = [];
  const recordings = new Map<string, Recording>();
  let current: Recording | undefined;
  for (const { line, sequence, label, values } of rows) {
    if (current?.name !== sequence) {
      if (recordings.has(sequence)) complaints.push(csvBrokenSequence(path, line, sequence));
      current = { name: sequence, label, line, values: [] };
      recordings.set(sequence, current);
    }
    if (label !== current.label) complaints.push(csvTwoLabels(path, line, sequence, current.label, label));
    for (const value of values) current.values.push(value);
  }
  throwIfAny(complaints.slice(0, MAX_COMPLAINTS));
  const all = [...recordings.values()];
  const size = rows[0]!.values.length;
  const expected = all[0]!.values.length;
  for (const { name, line, values } of all)
    if (values.length !== expected)
      complaints.push(csvSequenceLength(path, line, name, values.length / size, expected / size));
  throwIfAny(complaints.slice(0, MAX_COMPLAINTS));
  return all;
}

/** The labels: numbers in their order, other texts by code unit, whatever the order of the rows. */
function labelsOf(path: string, recordings: readonly Recording[]): string[] {
  const counts = new Map<string, number>();
  for (const { label } of recordings) counts.set(label, (counts.get(label) ?? 0) + 1);
  const labels = [...counts.keys()].sort();
  if (labels.length < 2) throwIfAny([csvTooFewClasses(path, labels.length)]);
  const small = labels.filter((label) => counts.get(label)! < SMALLEST_CLASS);
  throwIfAny(
    small.slice(0, MAX_COMPLAINTS).map((label) => csvSmallClass(path, label, counts.get(label)!, SMALLEST_CLASS)),
  );
  return labels.every((label) => /^\d+$/.test(label)) ? labels.sort((a, b) => Number(a) - Number(b)) : labels;
}

/** The file's name as a C name; the ending keeps clear of the names that C and CMake have taken. */
function nameOf(path: string): string {
  const stem = basename(path)
    .replace(/\.csv$/i, '')
    .replace(/[^A-Za-z0-9_]/g, '_')
    .slice(0, 38);
  return `${/^[A-Za-z]/.test(stem) ? '' : 'data_'}${stem}_csv`;
}
