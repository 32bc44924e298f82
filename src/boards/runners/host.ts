import { execute } from './execute.js';
import type { Runner } from './runner.js';

/** Signals that are a processor's fault on an operating system. */
const FAULTS: readonly NodeJS.Signals[] = ['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGABRT', 'SIGTRAP'];

/** Runs a program on this computer. */
export const hostRunner: Runner = {
  name: 'host',
  async available() {
    return { available: true, path: process.execPath, version: `${process.platform} ${process.arch}` };
  },
  async run(_board, request) {
    const { exitCode, signal, console, timedOut } = await execute(request.executable, [], request);
    return { exitCode, console, timedOut, lockedUp: signal !== null && FAULTS.includes(signal) };
  },
};
