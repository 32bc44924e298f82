import {
  type Board,
  boardLimits,
  boardsWith,
  type ClockName,
  checkClock,
  loadBoard,
  operatingPoints,
  STACK_BYTES,
} from '../boards/board.js';
import { firmwareTooLarge } from '../boards/diagnostics.js';
import { badValue, type Diagnostic, fail, limitsNotMet, unknownTarget } from '../diagnostics.js';
import type { Estimate, Limits, Objective, Place } from '../ir/plan.js';
import { CORES, type CoreName } from '../targets/cores.js';
import type { FlashPoint } from '../targets/flash-timing.js';
import type { PackageKind } from './5-emit/packages.js';

/** How a model is to be compiled; every command and function that compiles takes this. */
export interface CompileRequest {
  /** A row of CORES; either this or a board. */
  readonly core?: string;
  /** A folder of boards/: its core, and its flash and RAM (less the stack) as limits beside those given. */
  readonly board?: string;
  /** The clock of the board at which kernels are to be fast; default that after reset. */
  readonly clock?: ClockName;
  /** C name of the model; the model's own name if absent. */
  readonly name?: string;
  /** What kernels are chosen for; default balanced: the least product of cycles and bytes, those of RAM counted twice. */
  readonly objective?: Objective;
  /** What the plan must not exceed: modelled cycles of a step, bytes of flash (code is an estimate) and of RAM. */
  readonly limits?: Limits;
  /** Weights as straight-line code beyond 4 KB: fast from memory without wait states, slow from a cache that it does not fit. */
  readonly allowWeightsAsCode?: boolean;
  /** What is copied to RAM at start-up and used there; default flash: nothing. */
  readonly place?: Place;
  /** For which build system; cmake without it. */
  readonly package?: PackageKind;
}

/** A request with nothing left open. */
export interface ResolvedRequest {
  readonly core: CoreName;
  readonly board: Board | null;
  readonly objective: Objective;
  /** Those of the request and of the board, the smaller of each. */
  readonly limits: Limits;
  readonly allowWeightsAsCode: boolean;
  readonly place: Place;
  /** How the flash is read that the code runs from; null: without waiting, as far as is known. */
  readonly flash: FlashPoint | null;
  readonly package: PackageKind;
}

/** Fills in the board and the defaults. Throws DiagnosticError for an unknown core or board, or where both or none is named. */
export function resolveRequest({
  core: named,
  board: id,
  limits = {},
  place = 'flash',
  ...rest
}: CompileRequest): ResolvedRequest {
  if ((named === undefined) === (id === undefined))
    fail(
      badValue('--target', `a model is compiled for a core or for a board${id === undefined ? '' : ', not for both'}`),
    );
  const board = id === undefined ? null : loadBoard(id);
  const core = board?.core ?? findCore(named!);
  if (place !== 'flash' && CORES[core].compiler === 'host')
    fail({
      ...badValue('--place', 'is for a chip that runs its code from flash; a computer runs all of it from RAM'),
      hint: 'leave --place out, or choose a Cortex-M of rnnq targets',
    });
  return {
    core,
    board,
    objective: rest.objective ?? 'balanced',
    limits: board === null ? limits : smaller(limits, boardLimits(board)),
    allowWeightsAsCode: rest.allowWeightsAsCode ?? false,
    place,
    flash: flashOf(board, rest.clock ?? 'reset'),
    package: rest.package ?? 'cmake',
  };
}

/** How the flash of a board is read at one of its clocks. */
function flashOf(board: Board | null, clock: ClockName): FlashPoint | null {
  if (board === null && clock !== 'reset')
    fail({
      ...badValue('--clock', 'is the clock of a board, and none is named'),
      hint: 'add --board <id>; rnnq boards lists them',
    });
  if (board === null) return null;
  checkClock(board, clock);
  const points = board.runner === 'device' ? operatingPoints(board) : [];
  return points.find(({ name }) => name === clock)?.flash ?? null;
}

/** The complaint where no plan meets the limits: that of the board where its memory is too small, else that of the options. */
export function limitsComplaint({ core, board, limits }: ResolvedRequest, nearest: Estimate): Diagnostic {
  const memory = board === null ? {} : boardLimits(board);
  const need = { flash: nearest.flash, ram: nearest.ram + STACK_BYTES };
  if (board !== null && memory.ram !== undefined && nearest.ram > memory.ram) {
    const subject = `the model with ${STACK_BYTES} bytes of stack`;
    return firmwareTooLarge(board.id, 'RAM', need.ram, memory.ram + STACK_BYTES, boardsWith(need), subject);
  }
  if (board !== null && memory.flash !== undefined && nearest.flash > memory.flash)
    return firmwareTooLarge(board.id, 'flash', need.flash, memory.flash, boardsWith(need), 'by estimate, the model');
  return limitsNotMet(limits, nearest, core);
}

function smaller(a: Limits, b: Limits): Limits {
  const keys = ['cycles', 'flash', 'ram'] as const;
  return Object.fromEntries(
    keys.flatMap((key) => {
      const known = [a[key], b[key]].filter((limit) => limit !== undefined);
      return known.length === 0 ? [] : [[key, Math.min(...known)]];
    }),
  );
}

function findCore(name: string): CoreName {
  if (!Object.hasOwn(CORES, name)) fail(unknownTarget(name, Object.keys(CORES)));
  return name as CoreName;
}
