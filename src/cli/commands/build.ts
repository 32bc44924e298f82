import { resolve } from 'node:path';
import { type Board, loadBoard } from '../../boards/board.js';
import { buildFirmware, type Firmware } from '../../build/firmware.js';
import { type Compilation, compile } from '../../compiler/compile.js';
import { formatTable } from '../../report/table.js';
import { columnsOf, tint } from '../../report/terminal.js';
import { readModelText } from '../input-file.js';
import { writeOutputFolder } from '../output-folder.js';

export interface BuildOptions {
  readonly board: string;
  readonly output: string;
  readonly name?: string;
}

/** rnnq build: the package and the firmware for a board, checked against board.json. */
export async function run(path: string, options: BuildOptions & { readonly json?: boolean }): Promise<void> {
  const { firmware } = await buildForBoard(path, options);
  if (options.json) {
    process.stdout.write(`${JSON.stringify(firmware, null, 2)}\n`);
    return;
  }
  for (const check of firmware.checks)
    process.stderr.write(`${tint('good', 'ok', process.stderr)}  ${check.what}: ${check.found}\n`);
  if (firmware.used !== null && firmware.available !== null) {
    const { used, available } = firmware;
    const row = (what: string, bytes: number, of: number) => [
      what,
      `${bytes}`,
      `${of}`,
      `${((100 * bytes) / of).toFixed(1)} %`,
    ];
    const rows = [row('flash', used.flash, available.flash), row('RAM with 2 KiB stack', used.ram, available.ram)];
    process.stderr.write(`${formatTable([firmware.board, 'used', 'of', ''], rows, columnsOf(process.stderr))}\n`);
  }
  process.stdout.write(`${firmware.elf}\n`);
}

/** What build, flash and run share: model.json -> package and firmware in the output folder. */
export async function buildForBoard(
  path: string,
  { board: id, output, name }: BuildOptions,
): Promise<{ board: Board; compilation: Compilation; firmware: Firmware }> {
  const board = loadBoard(id);
  const compilation = compile(readModelText(path), { core: board.core, ...(name === undefined ? {} : { name }) });
  writeOutputFolder(output, compilation.files);
  const { files } = compilation;
  const firmware = await buildFirmware({ name: compilation.name, files, board, directory: resolve(output) });
  return { board, compilation, firmware };
}
