import type { Diagnostic } from '../diagnostics.js';

// What can be wrong with a command line before a command has begun.

/** An option that no command of that name has, that lacks its value, or that is missing. */
export const optionFault = (at: string, message: string, hint: string): Diagnostic => ({
  code: 'bad_option',
  at,
  message,
  hint,
  usage: true,
});

/** A command that is not there, or that was given too few or too many arguments. */
export const commandFault = (at: string, message: string, hint: string): Diagnostic => ({
  code: 'bad_command',
  at,
  message,
  hint,
  usage: true,
});
