import { loadBoard } from '../../boards/board.js';
import { boardNotWritable } from '../../boards/diagnostics.js';
import { findPort, readLines } from '../../boards/serial.js';
import { badOption, fail } from '../../diagnostics.js';
import { secondsOf } from '../write-options.js';

interface Options {
  readonly board?: string;
  readonly port?: string;
  readonly baud: string;
  readonly timeout?: string;
}

/** rnnq monitor: the lines of a board's serial port on stdout, until it is stopped or the board is unplugged. */
export async function run({ board: id, port, baud, timeout }: Options): Promise<void> {
  const rate = Number(baud);
  if (!(Number.isInteger(rate) && rate > 0)) fail(badOption('--baud', baud, 'a baud rate, such as 115200'));
  const path = port ?? (await portOf(id));
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const timer = timeout === undefined ? undefined : setTimeout(() => stop.abort(), 1000 * secondsOf(timeout));
  process.stderr.write(`${path}, ${rate} 8N1; Ctrl-C ends\n`);
  const end = await readLines(path, rate, (line) => process.stdout.write(`${line}\n`), stop.signal);
  clearTimeout(timer);
  if (end === 'unplugged') {
    process.stderr.write(`${path} is gone\n`);
    process.exitCode = 1;
  }
}

async function portOf(id: string | undefined): Promise<string> {
  if (id === undefined) return fail(badOption('--port', '', 'given; name a port, or a board with --board'));
  const board = loadBoard(id);
  return board.runner === 'device' ? findPort(board) : fail(boardNotWritable(id, 'its console is that of rnnq run'));
}
