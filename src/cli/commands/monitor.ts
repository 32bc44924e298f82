import { loadBoard } from '../../boards/board.js';
import { boardNotWritable } from '../../boards/diagnostics.js';
import { findPort, readLines } from '../../boards/serial.js';
import { badValue, fail } from '../../diagnostics.js';

interface Options {
  readonly board?: string;
  readonly port?: string;
  readonly baud: number;
  /** Seconds. */
  readonly timeout?: number;
}

/** rnnq monitor: the lines of a board's serial port on stdout, until it is stopped or the board is unplugged. */
export async function run({ board: id, port, baud: rate, timeout }: Options): Promise<void> {
  const path = port ?? (await portOf(id));
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const timer = timeout === undefined ? undefined : setTimeout(() => stop.abort(), 1000 * timeout);
  process.stderr.write(`${path}, ${rate} 8N1; Ctrl-C ends\n`);
  const print = (line: string) => {
    process.stdout.write(`${line}\n`);
    return null;
  };
  const end = await readLines(path, rate, print, stop.signal);
  clearTimeout(timer);
  if (end === 'unplugged') {
    process.stderr.write(`${path} is gone\n`);
    process.exitCode = 1;
  }
}

async function portOf(id: string | undefined): Promise<string> {
  if (id === undefined) return fail(badValue('--port', 'is missing; name a port, or a board with --board'));
  const board = loadBoard(id);
  return board.runner === 'device' ? findPort(board) : fail(boardNotWritable(id, 'its console is that of rnnq run'));
}
