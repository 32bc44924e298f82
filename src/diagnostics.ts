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

/** Control characters are dropped: names from a model must not reach a terminal raw. */
const clean = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '?').slice(0, 2000);

export const formatDiagnostic = (d: Diagnostic): string =>
  clean(`error ${d.code}${d.at ? ` at ${d.at}` : ''}: ${d.message}${d.hint ? `\n  hint: ${d.hint}` : ''}`);

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
