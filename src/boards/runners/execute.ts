import { rm } from 'node:fs/promises';
import { constants } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { fail } from '../../diagnostics.js';
import { toolFailed } from '../diagnostics.js';
import type { RunRequest } from './runner.js';

const CONSOLE_LIMIT = 1 << 20;

export interface Execution {
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | null;
  readonly console: string;
  readonly timedOut: boolean;
}

/**
 * Runs one process in the request's directory until it ends or its time is up. An output.bin of an earlier run is
 * removed first, so that it cannot pass for the output of this one.
 */
export async function execute(file: string, args: readonly string[], request: RunRequest): Promise<Execution> {
  await rm(join(request.directory, 'output.bin'), { force: true });
  const result = await execa(file, args, {
    cwd: request.directory,
    timeout: request.timeoutMs,
    killSignal: 'SIGKILL',
    reject: false,
    all: true,
    stdin: 'ignore',
    maxBuffer: CONSOLE_LIMIT,
  });
  const tool = basename(file);
  if (result.isMaxBuffer) fail(toolFailed(tool, `printed more than ${CONSOLE_LIMIT} characters`));
  const signal = result.signal ?? null;
  if (result.exitCode === undefined && signal === null)
    return fail(toolFailed(tool, `cannot be started: ${result.message}`));
  return {
    exitCode: result.exitCode ?? 128 + constants.signals[signal!],
    signal,
    console: result.all,
    timedOut: result.timedOut,
  };
}
