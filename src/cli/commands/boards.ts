import { type Board, listBoards, loadBoard } from '../../boards/board.js';
import { devicesOf, listUsb } from '../../boards/detect.js';
import { type BoardOfModel, boardsOfModel } from '../../boards-of-model.js';
import { readModel } from '../../compiler/1-read/read-model.js';
import { duration, frequency, percent } from '../../report/numbers.js';
import { formatTable } from '../../report/table.js';
import { readModelText } from '../input-file.js';

interface Options {
  readonly json?: boolean;
  readonly connected?: boolean;
  readonly model?: string;
}

/** rnnq boards: what is supported; with --connected only what is plugged in now, with --model where a model fits. */
export async function run({ json, connected, model }: Options): Promise<void> {
  if (model !== undefined) {
    const boards = await boardsOfModel(readModel(readModelText(model)));
    process.stdout.write(json ? `${JSON.stringify(boards, null, 2)}\n` : `${formatBoards(boards)}\n`);
    return;
  }
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

/** Boards of a model as a table: cycles with the waiting for the flash where that is modelled. */
const formatBoards = (boards: readonly BoardOfModel[]): string =>
  formatTable(
    ['board', 'core', 'clock', 'fits', 'flash', 'RAM', 'cycles', 'time of a step', 'share of the time'],
    boards.map((b) => [
      b.board,
      b.core,
      frequency(b.hz),
      b.fits ? 'yes' : 'no',
      b.flashBytes ?? '-',
      b.ramBytes ?? '-',
      b.stalls === null ? `${b.cycles}, without waiting` : `${b.cycles + b.stalls}`,
      duration(b.seconds),
      b.share === null ? '-' : percent(b.share, 2),
    ]),
  );

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
