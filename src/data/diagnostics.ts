import type { Diagnostic } from '../diagnostics.js';

// What can be wrong with data.

export const dataDoesNotFit = (
  data: string,
  inputs: number,
  classes: number,
  wantedInputs: number,
  wantedClasses: number,
): Diagnostic => ({
  code: 'data_does_not_fit',
  at: data,
  message: `has ${inputs} inputs and ${classes} classes, the model ${wantedInputs} and ${wantedClasses}`,
});

export const dataPackageMissing = (name: string): Diagnostic => ({
  code: 'data_package_missing',
  at: '--data',
  message: `the npm package ${name} is not installed`,
  hint: `npm i ${name}`,
});

export const dataUnknown = (spec: string): Diagnostic => ({
  code: 'data_unknown',
  at: '--data',
  message: `there is no data set ${JSON.stringify(spec)}`,
  hint: 'digits, gestures, or the path of a .csv file',
});

export const csvEmpty = (path: string): Diagnostic => ({
  code: 'csv_empty',
  at: path,
  message: 'has no row below the header',
  hint: CSV_SHAPE,
});

export const csvHeader = (path: string, found: string): Diagnostic => ({
  code: 'csv_header',
  at: `${path}:1`,
  message: `the header must read sequence,label,<feature>..., found ${JSON.stringify(found.slice(0, 80))}`,
  hint: CSV_SHAPE,
});

export const csvRaggedRow = (path: string, line: number, found: number, expected: number): Diagnostic => ({
  code: 'csv_ragged_row',
  at: `${path}:${line}`,
  message: `has ${found} cells, the header ${expected}`,
});

export const csvBadNumber = (path: string, line: number, feature: string, text: string): Diagnostic => ({
  code: 'csv_bad_number',
  at: `${path}:${line}`,
  message: `${JSON.stringify(text.slice(0, 40))} in column ${JSON.stringify(feature.slice(0, 40))} is not a number`,
  hint: 'decimal numbers with a point, such as -0.25 or 1e-3',
});

export const csvNotFinite = (path: string, line: number, feature: string, text: string): Diagnostic => ({
  code: 'csv_not_finite',
  at: `${path}:${line}`,
  message: `${JSON.stringify(text.slice(0, 40))} in column ${JSON.stringify(feature.slice(0, 40))} is missing or too large`,
  hint: 'remove or fill in missing values; the largest magnitude is 1e30',
});

export const csvBadText = (path: string, line: number, column: 'sequence' | 'label', length: number): Diagnostic => ({
  code: 'csv_bad_text',
  at: `${path}:${line}`,
  message: `the ${column} ${length === 0 ? 'is empty' : `has ${length} characters, 200 are allowed`}`,
});

export const csvBadQuotes = (path: string, line: number): Diagnostic => ({
  code: 'csv_bad_quotes',
  at: `${path}:${line}`,
  message: 'has a double quote that neither opens nor closes a cell',
  hint: 'a cell with commas or quotes stands in double quotes, a quote in it is written twice: "5"" pipe, long"',
});

export const csvBrokenSequence = (path: string, line: number, sequence: string): Diagnostic => ({
  code: 'csv_broken_sequence',
  at: `${path}:${line}`,
  message: `sequence ${JSON.stringify(sequence.slice(0, 40))} goes on here after another sequence`,
  hint: 'the rows of a sequence must stand together, in the order of time',
});

export const csvTwoLabels = (
  path: string,
  line: number,
  sequence: string,
  first: string,
  second: string,
): Diagnostic => ({
  code: 'csv_two_labels',
  at: `${path}:${line}`,
  message: `sequence ${JSON.stringify(sequence.slice(0, 40))} has the label ${JSON.stringify(second.slice(0, 40))} here and ${JSON.stringify(first.slice(0, 40))} before`,
  hint: 'one label for each sequence',
});

export const csvSequenceLength = (
  path: string,
  line: number,
  sequence: string,
  found: number,
  expected: number,
): Diagnostic => ({
  code: 'csv_sequence_length',
  at: `${path}:${line}`,
  message: `sequence ${JSON.stringify(sequence.slice(0, 40))} has ${found} steps, the first one ${expected}`,
  hint: 'sequences of different lengths are not supported: cut or pad them',
});

export const csvTooFewClasses = (path: string, found: number): Diagnostic => ({
  code: 'csv_too_few_classes',
  at: path,
  message: `has ${found} different label${found === 1 ? '' : 's'}, at least 2 are needed`,
});

export const csvSmallClass = (path: string, label: string, found: number, least: number): Diagnostic => ({
  code: 'csv_small_class',
  at: path,
  message: `label ${JSON.stringify(label.slice(0, 40))} has ${found} sequence${found === 1 ? '' : 's'}, at least ${least} are needed`,
  hint: 'one sequence in ten is kept for validation and one for the test',
});

const CSV_SHAPE = 'header sequence,label,<feature>...; one row for each time step, the rows of a sequence together';
