/** One complaint about what the user gave us: a code (its name in the docs and in test/errors/), the place, the facts, a way out. */
export interface Diagnostic {
  readonly code: string;
  /** JSON path into the model, a file name, or a command-line option; empty where there is none. */
  readonly at: string;
  readonly message: string;
  readonly hint?: string;
}

/** The user's fault: one or more diagnostics, thrown once by a phase that has collected them all. Exit code 1. */
export class DiagnosticError extends Error {
  constructor(readonly diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join('\n'));
    this.name = 'DiagnosticError';
  }
}

/** Our fault: an invariant of rnnq does not hold. Exit code 70. */
export class BugError extends Error {
  constructor(message: string) {
    super(`this is a bug in rnnq: ${message}`);
    this.name = 'BugError';
  }
}

/** Controls, line ends and marks that turn the direction of writing: names from a model must not reach a terminal raw. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const clean = (text: string): string => text.slice(0, 1000).replace(UNSAFE, '?');

export function formatDiagnostic({ code, at, message, hint }: Diagnostic): string {
  const place = at ? ` at ${clean(at)}` : '';
  return `error ${code}${place}: ${clean(message)}${hint ? `\n  hint: ${clean(hint)}` : ''}`;
}

/** Throws all collected diagnostics at once; does nothing when there are none. */
export function throwIfAny(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
}

export function fail(diagnostic: Diagnostic): never {
  throw new DiagnosticError([diagnostic]);
}

export function bug(message: string): never {
  throw new BugError(message);
}

export const rangeOverflow = (at: string, message: string): Diagnostic => ({
  code: 'range_overflow',
  at,
  message,
  hint: 'the integer arithmetic of the chip has 32 bits: use smaller row scales or biases, or fewer inputs',
});

// --- reading model.json ---

export const modelNotJson = (message: string): Diagnostic => ({
  code: 'model_not_json',
  at: '/',
  // later versions of Node add the line, which the position already tells
  message: `the model is not JSON: ${message.replace(/ \(line \d+ column \d+\)$/, '')}`,
  hint: 'a file cut short in a copy ends like this; write it anew with rnnq train',
});

export const forbiddenKey = (key: string): Diagnostic => ({
  code: 'forbidden_key',
  at: '/',
  message: `the key ${JSON.stringify(key)} is not allowed anywhere in a model`,
});

export const modelVersion = (found: unknown, expected: number): Diagnostic => ({
  code: 'model_version',
  at: '/version',
  message: `the model has version ${typeof found === 'number' ? found : `of type ${typeof found}`}, this rnnq reads version ${expected}`,
  hint: 'export the model anew with this rnnq, or use the rnnq that wrote it',
});

export const modelSchemaMismatch = (path: readonly PropertyKey[], message: string): Diagnostic => ({
  code: 'model_schema',
  at: `/${path.map(String).join('/')}`,
  message,
  hint: 'docs/model.md describes every field',
});

export const notBase64 = (at: string): Diagnostic => ({
  code: 'not_base64',
  at,
  message: 'is not base64 text',
  hint: 'padded base64 without line breaks; docs/model.md shows how codes are packed',
});

export const badName = (at: string, name: string): Diagnostic => ({
  code: 'bad_name',
  at,
  message: `${JSON.stringify(name.slice(0, 80))} cannot become a C name`,
  hint: 'a letter, then letters, digits and underscores, 48 at most; not beginning with rnnq, not a C header or CMake target',
});

export const weightsShapeMismatch = (
  at: string,
  what: 'rows' | 'columns',
  expected: number,
  found: number,
): Diagnostic => ({
  code: 'weights_shape_mismatch',
  at,
  message: `expected ${expected} ${what}, found ${found}`,
  hint: 'rows = gates x units (GRU 3, LSTM 4, dense 1), columns = inputs of the layer',
});

export const weightsWrongBytes = (
  at: string,
  rows: number,
  cols: number,
  format: string,
  expected: number,
  found: number,
): Diagnostic => ({
  code: 'weights_wrong_bytes',
  at,
  message: `${rows} x ${cols} ${format} codes take ${expected} bytes, found ${found}`,
  hint: 'the base64 text is cut short or of another matrix',
});

export const weightsBadCode = (at: string, format: string): Diagnostic => ({
  code: 'weights_bad_code',
  at,
  message: `holds a value that is no ${format} code`,
  hint: 'ternary codes are 0, 1 and 3 (= -1); s8 codes are -127 to 127',
});

export const biasLength = (at: string, expected: number, found: number): Diagnostic => ({
  code: 'bias_length',
  at,
  message: `expected ${expected} bias codes, found ${found}`,
});

export const scaleLength = (at: string, expected: number, found: number): Diagnostic => ({
  code: 'scale_length',
  at,
  message: `expected ${expected} entries, one for each row, found ${found}`,
});

export const scalingLength = (at: string, size: number, found: number): Diagnostic => ({
  code: 'scaling_length',
  at,
  message: `expected 1 or ${size} values, found ${found}`,
});

export const duplicateLayerName = (at: string, name: string): Diagnostic => ({
  code: 'duplicate_layer_name',
  at,
  message: `an earlier layer is already called ${JSON.stringify(name)}`,
});

export const noRecurrentLayer = (): Diagnostic => ({
  code: 'no_recurrent_layer',
  at: '/layers',
  message: 'the model has no gru or lstm layer',
  hint: 'rnnq compiles recurrent networks; a purely dense network needs another tool',
});

export const labelsMismatch = (expected: number, found: number): Diagnostic => ({
  code: 'labels_mismatch',
  at: '/labels',
  message: `the network has ${expected} outputs, found ${found} labels`,
});

export const goldenLength = (size: number, found: number): Diagnostic => ({
  code: 'golden_length',
  at: '/goldenInput',
  message: `${found} bytes are not 1 to 64 steps of ${size} elements`,
});

export const jointScaleMismatch = (at: string, fraction: number): Diagnostic => ({
  code: 'joint_scale_mismatch',
  at,
  message: `a joint row scale must stand equal in both matrices and needs inputs of 7 fraction bits, found ${fraction}`,
  hint: 'use "scope": "separate", or rescale the inputs',
});

export const scaleOutOfRange = (at: string, message: string): Diagnostic => ({
  code: 'scale_out_of_range',
  at,
  message,
  hint: 'row scales must lie between about 2^-30 and 2^9; look for exploding weights or dead rows',
});

// --- command line and files ---

export const unknownTarget = (name: string, known: readonly string[]): Diagnostic => ({
  code: 'unknown_target',
  at: '--target',
  message: `there is no target ${JSON.stringify(name)}`,
  hint: `one of ${known.join(', ')}; rnnq targets explains them`,
});

export const fileUnreadable = (path: string, reason: string): Diagnostic => ({
  code: 'file_unreadable',
  at: path,
  message: `cannot be read: ${reason}`,
});

export const fileTooLarge = (path: string, bytes: number, limit: number): Diagnostic => ({
  code: 'file_too_large',
  at: path,
  message: `has ${bytes} bytes, the limit is ${limit}`,
});

export const outputNotWritable = (path: string, reason: string): Diagnostic => ({
  code: 'output_not_writable',
  at: path,
  message: `cannot be written: ${reason}`,
  hint: 'name a folder that is empty, absent, or was written by rnnq compile',
});

export const toolMissing = (tool: string, install: string): Diagnostic => ({
  code: 'tool_missing',
  at: '',
  message: `${tool} is needed and was not found`,
  hint: install,
});

export const inputsWrongSize = (path: string, found: number, size: number): Diagnostic => ({
  code: 'inputs_wrong_size',
  at: path,
  message: `${found} bytes are not whole steps of ${size} s8 codes`,
});

export const badOption = (option: string, value: string, expected: string): Diagnostic => ({
  code: 'bad_option',
  at: option,
  message: `${JSON.stringify(value)} is not ${expected}`,
});

// --- training ---

export const badTrainingOption = (option: string, message: string): Diagnostic => ({
  code: 'bad_training_option',
  at: option,
  message,
});

export const trainingDiverged = (step: number, loss: number, norm: number): Diagnostic => ({
  code: 'training_diverged',
  at: `step ${step}`,
  message: `the loss is ${loss}, the norm of the gradient ${norm}`,
  hint: 'lower --rate, or look for NaN and outliers in the data',
});

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

// --- data ---

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
