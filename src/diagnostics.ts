/** One complaint about what the user gave us: a code (its name in the docs and in test/errors/), the place, the facts, a way out. */
export interface Diagnostic {
  readonly code: string;
  /** JSON path into the model, a file name, or a command-line option; empty where there is none. */
  readonly at: string;
  readonly message: string;
  readonly hint?: string;
  /** The command line is wrong, whatever the files hold: exit code 2 instead of 1. */
  readonly usage?: boolean;
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
/** A text for one line of a terminal or a log: what would end the line or move the cursor becomes a question mark. */
export const oneLine = (text: string): string => text.slice(0, 1000).replace(UNSAFE, '?');

export function formatDiagnostic({ code, at, message, hint }: Diagnostic): string {
  const place = at ? ` at ${oneLine(at)}` : '';
  return `error ${code}${place}: ${oneLine(message)}${hint ? `\n  hint: ${oneLine(hint)}` : ''}`;
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

// --- choosing kernels ---

interface Limits {
  readonly cycles?: number;
  readonly flash?: number;
  readonly ram?: number;
}

const LIMIT_OPTIONS = { cycles: '--max-cycles', flash: '--max-flash', ram: '--max-ram' } as const;

/** Nothing meets the limits; `nearest`: what the one that exceeds them least would take. */
export function limitsNotMet(
  limits: Limits,
  nearest: Required<Limits>,
  core: string,
  { subject, hint } = {
    subject: `no choice of kernels for ${core} meets the limits; the nearest`,
    hint: 'raise the limit, choose another core, or train fewer units; --explain without limits shows what each kernel takes',
  },
): Diagnostic {
  const given = (['cycles', 'flash', 'ram'] as const).filter((key) => limits[key] !== undefined);
  const exceeded = given.filter((key) => nearest[key] > limits[key]!);
  const parts = given.map((key) => {
    const unit = key === 'cycles' ? 'cycles a step (modelled)' : `bytes of ${key === 'ram' ? 'RAM' : 'flash'}`;
    return `${nearest[key]} ${unit} against a limit of ${limits[key]}`;
  });
  return {
    code: 'limits_not_met',
    at: (exceeded.length > 0 ? exceeded : given).map((key) => LIMIT_OPTIONS[key]).join(', '),
    message: `${subject} takes ${parts.join(', ')}`,
    hint,
  };
}

// --- reading model.json ---

export const modelNotJson = (message: string): Diagnostic => ({
  code: 'model_not_json',
  at: '/',
  // later versions of Node add the line, which the position already gives
  message: `the model is not JSON: ${message.replace(/ \(line \d+ column \d+\)$/, '')}`,
  hint: 'the file may be truncated; export it again',
});

export const forbiddenKey = (key: string): Diagnostic => ({
  code: 'forbidden_key',
  at: '/',
  message: `the key ${JSON.stringify(key)} is not allowed anywhere in a model`,
});

export const modelVersion = (found: unknown, expected: number): Diagnostic => ({
  code: 'model_version',
  at: '/version',
  message: `the model has version ${typeof found === 'number' ? found : `of type ${typeof found}`}, this rnnq reads versions 1 to ${expected}`,
  hint: 'use the rnnq that wrote the model, or a later one',
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
  hint: 'a letter, then letters, digits and underscores, 48 at most; not beginning with rnnq, and no C keyword, C header, file of a firmware or CMake target',
  ...onCommandLine(at),
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
  hint: 'rows = gates x units (GRU 3, LSTM 4, dense 1), columns = inputs of the layer (conv1d: of its window)',
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
  hint: 'docs/model.md lists the codes of every format',
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
  message: 'the model has no layer with a state: no rnn, gru, lstm, conv1d or pool',
  hint: 'rnnq compiles recurrent networks; a purely dense network needs another tool',
});

export const labelsMismatch = (expected: number, found: number): Diagnostic => ({
  code: 'labels_mismatch',
  at: '/labels',
  message: `the network has ${expected} outputs, found ${found} labels`,
});

export const goldenLength = (stepBytes: number, found: number): Diagnostic => ({
  code: 'golden_length',
  at: '/goldenInput',
  message: `${found} bytes are not 1 to 64 steps of ${stepBytes} bytes`,
});

export const tooManySymbols = (at: string, most: number, found: number): Diagnostic => ({
  code: 'too_many_symbols',
  at,
  message: `a one-hot input has at most ${most} symbols, not ${found}`,
});

export const jointScaleMismatch = (at: string, needed: number, found: number): Diagnostic => ({
  code: 'joint_scale_mismatch',
  at,
  message: `a joint row scale must be identical in both matrices and needs inputs of ${needed} fraction bits, found ${found}`,
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
  usage: true,
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
});

export const inputsWrongSize = (path: string, found: number, size: number): Diagnostic => ({
  code: 'inputs_wrong_size',
  at: path,
  message: `${found} bytes are not whole steps of ${size} bytes`,
});

/** A value in a message: short, one line, as JSON has it. */
export function show(value: unknown): string {
  if (Array.isArray(value))
    return value.length > 8 ? `a list of ${value.length} values` : `[${value.map(show).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : String(value);
}

/** A place that begins like this is an option of the command line: a fault there is one of its usage. */
const onCommandLine = (at: string): Pick<Diagnostic, 'usage'> => (at.startsWith('--') ? { usage: true } : {});

/** An option that has a value it cannot have; `message` says what it has, and what is allowed. */
export const badValue = (at: string, message: string): Diagnostic => ({
  code: 'bad_option',
  at,
  message,
  ...onCommandLine(at),
});

/** As badValue: `value` as it was given, and what it is not. */
export const badOption = (at: string, value: unknown, expected: string): Diagnostic =>
  badValue(at, `${show(value)} is not ${expected}`);

export const badConfig = (at: string, message: string): Diagnostic => ({
  code: 'bad_config',
  at,
  message,
  ...onCommandLine(at),
  hint: '--data names the data; a configuration is a JSON object with the keys of docs/training.md',
});
