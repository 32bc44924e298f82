import { CommanderError } from 'commander';
import { BugError, DiagnosticError } from '../diagnostics.js';
import { tintDiagnostic } from '../report/terminal.js';
import { isSystemError, systemError } from '../system-errors.js';

/**
 * Exit codes: 1 a fault in what was given (files, data, boards, tools) or a comparison that failed; 2 a command line
 * that is wrong whatever the files hold; 70 a bug in rnnq. docs/errors.md has the rule.
 */
const EXIT = { user: 1, usage: 2, bug: 70 } as const;

/** Says on stderr what ended a command, and gives its exit code. */
export function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
  const known = isSystemError(error) ? new DiagnosticError([systemError(error)]) : error;
  if (known instanceof DiagnosticError) {
    process.stderr.write(`${tintDiagnostic(known.message)}\n`);
    return known.diagnostics.every(({ usage }) => usage) ? EXIT.usage : EXIT.user;
  }
  const text = known instanceof Error ? (known.stack ?? known.message) : String(known);
  process.stderr.write(
    `${known instanceof BugError ? text.replace(/^\w*Error: /, '') : `this is a bug in rnnq: ${text}`}\n`,
  );
  return EXIT.bug;
}

/**
 * Faults that no `await` sees: errors of stdout and stderr, and of streams and timers. A reader that has seen enough of
 * stdout (`| head -1`) ends the command quietly, with the exit code it has so far; a full disk behind stdout is an
 * error. Nobody can be told that stderr is closed: the command goes on.
 */
export function handleStrayErrors(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // what this turn of the program still does, such as setting the exit code, comes first
    if (error.code === 'EPIPE') setImmediate(() => process.exit());
    else end(Object.assign(error, { path: 'stdout' }));
  });
  process.stderr.on('error', () => {});
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}

function end(error: unknown): never {
  process.exit(report(error));
}
