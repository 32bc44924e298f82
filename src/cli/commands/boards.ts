import { type Board, listBoards, loadBoard } from '../../boards/board.js';
import { devicesOf, listUsb } from '../../boards/detect.js';
import { formatTable } from '../../report/table.js';

/** rnnq boards: what is supported; with --connected only what is plugged in now. */
export async function run({ json, connected }: { json?: boolean; connected?: boolean }): Promise<void> {
  const usb = connected ? await listUsb() : [];
  if (usb === null) process.stderr.write('this system does not show its USB devices as files; nothing is known\n');
  const boards = listBoards()
    .map(loadBoard)
    .filter((board) => !connected || (board.runner === 'device' && devicesOf(board, usb ?? []).length > 0));
  if (json) process.stdout.write(`${JSON.stringify(boards, null, 2)}\n`);
  else
    process.stdout.write(
      `${formatTable(['board', 'core', 'flash', 'RAM', 'written with', 'description'], boards.map(row))}\n`,
    );
}

function row(board: Board): string[] {
  const memory =
    board.runner === 'host' ? ['-', '-'] : [board.memory.flash.bytes, board.memory.ram.bytes].map(kibibytes);
  return [board.id, board.core, ...memory, runnersOf(board).join(' '), board.description];
}

const kibibytes = (bytes: number): string => `${bytes / 1024} K`;

const runnersOf = (board: Board): string[] =>
  board.runner === 'device'
    ? [...board.writers.map(({ tool }) => tool), ...(board.emulator === undefined ? [] : ['qemu'])]
    : [board.runner];
