import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { bug, fail } from '../../diagnostics.js';
import type { Board } from '../board.js';
import { toolFailed } from '../diagnostics.js';
import { LineSplitter, type StepLog } from '../step-log.js';
import { requireTool } from '../tools.js';
import { GdbRemote } from './gdb-remote.js';

/** A piece of a program and where it belongs in memory. */
export interface Load {
  readonly address: number;
  readonly bytes: Uint8Array;
}

const EMULATOR = 'qemu-system-arm';

/** Nanoseconds of virtual time for each instruction: 2 to this power (-icount of QEMU). */
const INSTRUCTION_SHIFT = 6;

/** QEMU's arguments for it. */
export const INSTRUCTION_TIME: readonly string[] = ['-icount', `shift=${INSTRUCTION_SHIFT}`];

/** What QEMU needs to play a board: its machine, the console, and a stop before the first instruction. */
export function emulatorArguments(board: Board, socket: string): string[] {
  const common = (machine: string) => [
    ...['-M', machine, '-display', 'none', '-monitor', 'none'],
    ...[...INSTRUCTION_TIME, '-S', '-gdb', `unix:${socket},server=on,wait=off`],
  ];
  if (board.runner === 'qemu')
    return [...common(board.machine), '-serial', 'none', '-semihosting-config', 'enable=on,target=native'];
  if (board.runner !== 'device' || board.emulator === undefined) return bug(`QEMU has no model of ${board.id}`);
  const { machine, serial } = board.emulator;
  return [...common(machine), ...Array<string[]>(serial).fill(['-serial', 'null']).flat(), '-serial', 'stdio'];
}

/**
 * Instructions of a step. QEMU has no cycles: a counter of the board runs on virtual time, of which every instruction
 * takes the same. Exact to the nanoseconds of one tick.
 */
export function instructionsOf(board: Board, ticks: number): number {
  const hz =
    board.runner === 'qemu' ? board.clock.hz : board.runner === 'device' ? board.emulator?.counterHz : undefined;
  return Math.round((ticks * 1e9) / (hz ?? bug(`${board.id} has no counter in QEMU`)) / 2 ** INSTRUCTION_SHIFT);
}

/**
 * Loads a program through QEMU's GDB server, as a debugger loads a board, reads it back, resets, and lets it run until
 * the log is complete or the time is up. Resolves in either case. What the program may read is in input.bin where it has files,
 * and comes through the console where it has none.
 */
export async function runOnEmulator(
  board: Board,
  loads: readonly Load[],
  log: StepLog,
  timeoutMs: number,
): Promise<void> {
  const tool = await requireTool(EMULATOR);
  const directory = await mkdtemp(join(tmpdir(), 'rnnq-gdb-'));
  const socket = join(directory, 'gdb');
  if (log.feed !== null) await writeFile(join(directory, 'input.bin'), log.feed.bytes);
  // the socket by its name alone: a comma in the folder's path would end QEMU's option. A program that waits for a debugger
  // or loops never ends by itself: with rnnq ends its emulator, whatever ends rnnq but SIGKILL
  const qemu = execa(tool.path, emulatorArguments(board, 'gdb'), {
    ...{ cwd: directory, stdin: 'pipe', buffer: false, reject: false, cleanup: true },
  });
  qemu.stdin.on('error', () => {}); // it has ended: the log says how far it came
  const ended = qemu.then(() => undefined);
  try {
    let complaint = '';
    qemu.stderr.on('data', (bytes: Buffer) => {
      complaint += bytes.toString('utf8');
    });
    const gdb = await GdbRemote.connect(socket, () => qemu.exitCode !== null || qemu.signalCode !== null);
    if (gdb === null) return fail(toolFailed(EMULATOR, 'its GDB server did not start', complaint));
    for (const { address, bytes } of loads) {
      await gdb.write(address, bytes);
      if (!Buffer.from(await gdb.read(address, bytes.length)).equals(bytes))
        fail(toolFailed(EMULATOR, `its ${board.id} does not keep what is written to 0x${address.toString(16)}`));
    }
    await gdb.monitor('system_reset');
    const finished = new Promise<void>((resolve) => {
      const splitter = new LineSplitter((line) => {
        const answer = log.add(line);
        if (answer !== null) qemu.stdin.write(answer);
        if (log.complete) resolve();
      });
      for (const stream of [qemu.stdout, qemu.stderr]) stream.on('data', (bytes: Buffer) => splitter.push(bytes));
    });
    gdb.resume();
    const timer = new AbortController();
    const late = new Promise<void>((resolve) => {
      const handle = setTimeout(resolve, timeoutMs);
      timer.signal.addEventListener('abort', () => clearTimeout(handle));
    });
    await Promise.race([finished, late, ended]);
    timer.abort();
    gdb.close();
  } finally {
    qemu.kill('SIGKILL');
    await ended;
    await rm(directory, { recursive: true, force: true });
  }
}
