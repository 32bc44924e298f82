import { type Command, Option } from 'commander';
import type { ClockName } from '../boards/board.js';
import type { CompileRequest } from '../compiler/request.js';
import { type Limits, OBJECTIVES, type Objective, PLACES, type Place } from '../ir/plan.js';
import { CORES } from '../targets/cores.js';
import { choice, wholeNumber } from './option-values.js';

/** Options of every command that compiles a model. */
export interface CompileOptions {
  /** A core; of verify some, separated by commas, or all. */
  readonly target?: string;
  readonly board?: string;
  readonly name?: string;
  readonly optimize?: Objective;
  readonly maxCycles?: number;
  readonly maxFlash?: number;
  readonly maxRam?: number;
  readonly allowWeightsAsCode?: boolean;
  readonly place?: Place;
  readonly clock?: ClockName;
}

/** Largest count of bytes or cycles that an option takes. */
export const MAX_COUNT = 2 ** 31;

const TARGET_TEXTS = {
  core: 'core to compile for; rnnq targets lists them',
  cores: 'cores, separated by commas, or all',
} as const;

// named here, so that the command line is known without reading a board
const CLOCKS = ['reset', 'fast'] as const satisfies readonly ClockName[];

/** Adds the options of a compile request; a command for boards alone has no --target. */
export function addCompileOptions(
  command: Command,
  place: { readonly core: string } | { readonly cores: string } | 'board',
): Command {
  const board = new Option('-b, --board <id>', 'board; rnnq boards lists them');
  if (place === 'board') command.addOption(board.makeOptionMandatory());
  else {
    const [[kind, initial]] = Object.entries(place) as [[keyof typeof TARGET_TEXTS, string]];
    command.addOption(new Option(`-t, --target <${kind}>`, TARGET_TEXTS[kind]).default(initial));
    board.description = 'board instead of a core: its core, with its flash and RAM as limits';
    command.addOption(board.conflicts('target'));
  }
  return command
    .option('-n, --name <name>', "C name of the model (default: the model's own)")
    .addOption(
      choice('--optimize <goal>', 'what kernels are chosen for; balanced: cycles times bytes, RAM counted twice', [
        ...OBJECTIVES,
      ]).default('balanced'),
    )
    .option('--max-cycles <n>', 'maximum cycles of a step (modelled)', wholeNumber('--max-cycles', 1, MAX_COUNT))
    .option(
      '--max-flash <n>',
      'maximum bytes of flash (the share of code is an estimate)',
      wholeNumber('--max-flash', 1, MAX_COUNT),
    )
    .option('--max-ram <n>', 'maximum bytes of state and scratch', wholeNumber('--max-ram', 1, MAX_COUNT))
    .option(
      '--allow-weights-as-code',
      'let weights become more than 4 KB of straight-line code (slow from cached flash)',
    )
    .addOption(
      choice('--place <where>', 'what start-up code copies to RAM and runs there: code and constants, or one of them', [
        ...PLACES,
      ]).default('flash'),
    )
    .addOption(
      choice('--clock <which>', 'of the board: reset, or fast: the fastest documented one; kernels are chosen for it', [
        ...CLOCKS,
      ]).default('reset'),
    );
}

/** The request that options make, for the board where one is named. */
export function requestOf({
  target,
  board,
  name,
  optimize,
  allowWeightsAsCode,
  place,
  clock,
  ...max
}: CompileOptions): CompileRequest {
  const limits: Limits = {
    ...(max.maxCycles !== undefined && { cycles: max.maxCycles }),
    ...(max.maxFlash !== undefined && { flash: max.maxFlash }),
    ...(max.maxRam !== undefined && { ram: max.maxRam }),
  };
  return {
    ...(board !== undefined ? { board } : target !== undefined && { core: target }),
    ...(name !== undefined && { name }),
    ...(optimize !== undefined && { objective: optimize }),
    ...(allowWeightsAsCode !== undefined && { allowWeightsAsCode }),
    ...(place !== undefined && { place }),
    ...(clock !== undefined && { clock }),
    limits,
  };
}

/** The same for each of some cores; `all`: every core there is. */
export function requestsOf({ target = 'all', ...options }: CompileOptions): CompileRequest[] {
  if (options.board !== undefined) return [requestOf(options)];
  const cores = target === 'all' ? Object.keys(CORES) : target.split(',').map((name) => name.trim());
  return cores.map((core) => requestOf({ ...options, target: core }));
}
