import { listBoards, loadBoard } from './boards/board.js';
import { collectReport } from './collect-report.js';
import { compileModel } from './compiler/compile.js';
import type { Model } from './ir/model.js';
import type { BoardTime } from './report/schema.js';
import type { CoreName } from './targets/cores.js';

/** A board on which a model was tried: whether it fits, and the time of a step at each of its clocks. */
export type BoardOfModel = BoardTime & {
  readonly core: CoreName;
  /** Bytes: text and data, and variables, state and scratch; null where there is no compiler. */
  readonly flashBytes: number | null;
  readonly ramBytes: number | null;
};

/** Cores that boards have, in the order of their names. */
export const boardCores = (): CoreName[] =>
  [
    ...new Set(
      listBoards()
        .map(loadBoard)
        .flatMap((board) => (board.runner === 'device' ? [board.core] : [])),
    ),
  ].sort();

/** Compiles a model for each core (balanced) and gives the boards of it, each at its clocks; the fastest first. */
export async function boardsOfModel(model: Model, cores: readonly CoreName[] = boardCores()): Promise<BoardOfModel[]> {
  const found: BoardOfModel[] = [];
  for (const core of cores) {
    const { boards, facts } = await collectReport(compileModel(model, { core }), { cycles: true });
    found.push(...boards.map((board) => ({ ...board, core, flashBytes: facts.flash, ramBytes: facts.ram })));
  }
  return found.sort((a, b) => Number(b.fits) - Number(a.fits) || a.seconds - b.seconds);
}
