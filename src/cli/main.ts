#!/usr/bin/env node
import { CommanderError } from 'commander';
import { BugError, DiagnosticError } from '../diagnostics.js';
import { tintDiagnostic } from '../report/terminal.js';
import { program } from './program.js';

/** Exit codes: 1 the user's fault or a comparison that failed, 2 a wrong command line, 70 a bug in rnnq. */
const EXIT = { user: 1, usage: 2, bug: 70 } as const;

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
  if (error instanceof DiagnosticError) {
    process.stderr.write(`${tintDiagnostic(error.message)}\n`);
    return EXIT.user;
  }
  const text =
    error instanceof BugError ? error.message : `this is a bug in rnnq: ${(error as Error)?.stack ?? String(error)}`;
  process.stderr.write(`${text}\n`);
  return EXIT.bug;
}
