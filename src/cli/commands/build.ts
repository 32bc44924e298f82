import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { type Board, type ClockName, listBoards, loadBoard, takesSamples } from '../../boards/board.js';
import { boardWithoutInput } from '../../boards/diagnostics.js';
import { type App, buildFirmware, type Firmware } from '../../build/firmware.js';
import { writePackage } from '../../build/replay.js';
import { type Compilation, compile } from '../../compiler/compile.js';
import { frontEndMissing } from '../../decisions/diagnostics.js';
import { fail } from '../../diagnostics.js';
import type { OwnedFolder } from '../../files/owned-folder.js';
import type { Model } from '../../ir/model.js';
import { formatTable } from '../../report/table.js';
import { columnsOf, tint } from '../../report/terminal.js';
import { type CompileOptions, requestOf } from '../compile-options.js';
import { readModelText } from '../input-file.js';
import { asFiles, inOutputFolder, type Output, writeOwned } from '../output-folder.js';

export interface BuildOptions extends CompileOptions {
  readonly board: string;
  /** Default firmware/<board>. */
  readonly output?: string;
  readonly force?: boolean;
  readonly app?: App;
}

/** rnnq build: the package and the firmware for a board, checked against board.json. */
export async function run(path: string, options: BuildOptions & { readonly json?: boolean }): Promise<void> {
  const { firmware } = await buildForBoard(path, options, (built) => built);
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

interface Built {
  readonly board: Board;
  readonly compilation: Compilation;
  readonly firmware: Firmware;
}

/**
 * What build, flash and run share: model.json -> package and firmware in the output folder, which stays locked for the
 * work that is done with them.
 */
export async function buildForBoard<T>(
  path: string,
  { output, force = false, clock = 'reset', app = 'golden', ...options }: BuildOptions,
  work: (built: Built) => T | Promise<T>,
): Promise<T> {
  const board = loadBoard(options.board);
  const compilation = compile(readModelText(path), requestOf({ ...options, clock }));
  if (app === 'stream') checkStreams(board, compilation.model);
  const folder = output ?? join('firmware', board.id);
  const to: Output = { folder, name: compilation.name, force, inputs: [path] };
  return inOutputFolder(to, async (owned) => {
    const firmware = await buildInto(owned, to, { board, clock, app }, compilation);
    return work({ board, compilation, firmware });
  });
}

/** A firmware for streams needs samples, and a model that takes them. */
function checkStreams(board: Board, { input }: Model): void {
  if (input.frontEnd === undefined) fail(frontEndMissing());
  if (!takesSamples(board))
    fail(
      boardWithoutInput(
        board.id,
        listBoards()
          .map(loadBoard)
          .filter(takesSamples)
          .map(({ id }) => id),
      ),
    );
}

/** Builds in a temporary folder, so that the output folder gets all of the package and the firmware or nothing. */
async function buildInto(
  owned: OwnedFolder,
  to: Output,
  on: { readonly board: Board; readonly clock: ClockName; readonly app: App },
  { name, files }: Compilation,
): Promise<Firmware> {
  const directory = await mkdtemp(join(tmpdir(), 'rnnq-build-'));
  try {
    await writePackage(files, directory);
    const built = await buildFirmware({ name, files, ...on, directory });
    const programs = [
      { path: built.elf, mode: 0o777 },
      ...Object.values(built.images).map((image) => ({ path: image })),
    ];
    const all = asFiles(files);
    for (const { path, ...mode } of programs)
      all.set(`firmware/${basename(path)}`, { data: await readFile(path), ...mode });
    writeOwned(owned, all, to);
    const place = (path: string) => resolve(to.folder, 'firmware', basename(path));
    const images = Object.fromEntries(Object.entries(built.images).map(([format, path]) => [format, place(path)]));
    return { ...built, elf: place(built.elf), images };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
