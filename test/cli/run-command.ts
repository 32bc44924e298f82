import { report } from '../../src/cli/exit.js';
import { program } from '../../src/cli/program.js';

/** What a command line printed, without the last end of line, and its exit code. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const STREAMS = ['stdout', 'stderr'] as const;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
let previous: Promise<unknown> = Promise.resolve();

/**
 * Runs a command line of rnnq from the source, in this process: a process of node costs more than most commands. Folder and
 * environment (added to that of the tests) are those of the process, so that command lines run one after the other. What a
 * process is needed for (signals, closed pipes, locks, dist/ itself) starts one: Place.start.
 */
export function runCommand(
  args: readonly string[],
  folder: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<CommandResult> {
  const result = previous.then(() => runAlone(args, folder, environment));
  previous = result.catch(() => undefined);
  return result;
}

async function runAlone(
  args: readonly string[],
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<CommandResult> {
  const text = { stdout: '', stderr: '' };
  const before = { folder: process.cwd(), exitCode: process.exitCode, environment: { ...process.env } };
  const writers = STREAMS.map((name) => process[name].write);
  const listeners = SIGNALS.map((signal) => process.listeners(signal));
  try {
    process.chdir(folder);
    process.exitCode = undefined;
    for (const [name, value] of Object.entries(environment))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    for (const name of STREAMS) process[name].write = collect((part) => (text[name] += part));
    const code = await program.parseAsync(args, { from: 'user' }).then(() => Number(process.exitCode ?? 0), report);
    const [stdout, stderr] = STREAMS.map((name) => text[name].replace(/\n$/, '')) as [string, string];
    return { exitCode: code, stdout, stderr };
  } finally {
    for (const [k, name] of STREAMS.entries()) process[name].write = writers[k]!;
    for (const [k, signal] of SIGNALS.entries())
      for (const listener of process.listeners(signal))
        if (!listeners[k]!.includes(listener)) process.removeListener(signal, listener);
    process.env = before.environment;
    process.exitCode = before.exitCode;
    process.chdir(before.folder);
  }
}

type Write = typeof process.stdout.write;

/** A `write` of a stream that gives away what is written. */
function collect(take: (text: string) => void): Write {
  const write: Write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    take(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    const done = rest.at(-1);
    if (typeof done === 'function') queueMicrotask(() => done());
    return true;
  };
  return write;
}
