import { costOf, type Fit, type FitRequest, type FormatChoice } from '../choose-format.js';
import { resolveRequest } from '../compiler/request.js';
import { badValue, fail } from '../diagnostics.js';
import type { Model } from '../ir/model.js';
import type { Limits } from '../ir/plan.js';
import { whole } from '../report/numbers.js';
import { formatTable } from '../report/table.js';
import type { Task } from '../tasks/task.js';
import { METHOD_OPTIONS } from '../train/formats.js';
import type { TrainOptions } from '../train/options.js';
import type { RecipeName } from '../train/recipes.js';
import type { GivenTrainOptions } from './train-options.js';
import { scoreText } from './trials-text.js';

const AUTO = 'auto';

/** Options of the command that decide whether a weight format is chosen, and within what. */
export interface AutoOptions {
  readonly warmStart?: string;
  readonly teacher?: string;
  readonly recipe: RecipeName;
  readonly target?: string;
  readonly maxCycles?: number;
  readonly maxFlash?: number;
  readonly maxRam?: number;
}

const DEFAULT_CORE = 'cortex-m4';
const LIMITS = ['maxCycles', 'maxFlash', 'maxRam', 'target'] as const satisfies readonly (keyof AutoOptions)[];
const LIMIT_FLAGS = { maxCycles: '--max-cycles', maxFlash: '--max-flash', maxRam: '--max-ram', target: '--target' };

/**
 * Whether the weight format is to be chosen: by `--weights auto`, or with the effort `thorough` where nothing says which
 * one. `options` are those of the trainer without `auto`.
 */
export function takeAuto(
  given: GivenTrainOptions,
  own: AutoOptions,
): { options: TrainOptions; auto: FitRequest | null } {
  const { input, recurrent, ...others } = (given.options.weights ?? {}) as Readonly<Record<string, unknown>>;
  const asked = input === AUTO && recurrent === AUTO;
  const obstacles = obstaclesTo(given, own);
  const open = given.options.effort === 'thorough' && input === undefined && recurrent === undefined;
  if (!asked && !(open && obstacles.length === 0)) {
    const limit = LIMITS.find((name) => own[name] !== undefined);
    if (limit !== undefined)
      fail({
        ...badValue(LIMIT_FLAGS[limit], 'is for a weight format that is chosen, and this one is given'),
        hint: 'add --weights auto; rnnq report --budget judges the network of a given format',
      });
    return { options: given.options, auto: null };
  }
  const [obstacle] = obstacles;
  if (obstacle !== undefined) fail(badValue(obstacle.at, `does not go with --weights auto: ${obstacle.why}`));
  const limits: Limits = {
    ...(own.maxCycles !== undefined && { cycles: own.maxCycles }),
    ...(own.maxFlash !== undefined && { flash: own.maxFlash }),
    ...(own.maxRam !== undefined && { ram: own.maxRam }),
  };
  const { core } = resolveRequest({ core: own.target ?? DEFAULT_CORE });
  return { options: { ...given.options, weights: others }, auto: { core, limits } };
}

/** What fixes the weight format or the units. */
function obstaclesTo(
  { options, placeOf }: GivenTrainOptions,
  { warmStart, teacher, recipe }: AutoOptions,
): { readonly at: string; readonly why: string }[] {
  const sizes = 'that network has one size, the compared ones have several';
  const method = METHOD_OPTIONS.find((key) => options[key] !== undefined);
  return [
    ...(warmStart === undefined ? [] : [{ at: '--warm-start', why: sizes }]),
    ...(teacher === undefined
      ? []
      : [{ at: '--teacher', why: `${sizes}; --distill trains a teacher of the chosen one` }]),
    ...(recipe === 'default' ? [] : [{ at: '--recipe', why: 'it is of the founding methods' }]),
    ...(method === undefined ? [] : [{ at: placeOf([method]), why: 'it is of one weight method' }]),
  ];
}

const limitText = ({ limits, measured }: Pick<Fit, 'limits' | 'measured'>): string =>
  [
    ...(limits.flash === undefined ? [] : [`${whole(limits.flash)} bytes of flash${measured ? '' : ' (estimated)'}`]),
    ...(limits.ram === undefined ? [] : [`${whole(limits.ram)} bytes of RAM`]),
    ...(limits.cycles === undefined ? [] : [`${whole(limits.cycles)} cycles a step`]),
  ].join(', ');

/** The comparison as a table, with what was chosen. */
export function formatChoice({ fit, scored, best, chosen }: FormatChoice, task: Task): string {
  const { format, units } = chosen;
  const result = `weights: ${format}, units ${units.join(',')}`;
  const within = `${fit.core}, at most ${limitText(fit)}`;
  if (scored.length === 0) return `${result}: of the compared formats it alone fits (${within})\n`;
  const headline = scoreText(task, scored[0]!.selectedBy);
  const table = formatTable(
    ['weights', 'units', fit.measured ? 'flash' : 'flash, estimated', 'RAM', 'cycles, modelled', 'validation'],
    scored.map(({ format: name, units: own, cost, validation }) => [
      name,
      own.join(','),
      ...[cost.flash, cost.ram, cost.cycles].map(whole),
      headline(validation),
    ]),
  );
  const reason = chosen.format === best.format ? 'the best' : `indistinguishable from ${best.format}, the best,`;
  return `${table}\n${result}: ${reason} on the validation part after ${scored[0]!.steps} updates (${within})\n`;
}

/** What the trained network takes on the core, and whether that is more than was asked for. */
export async function costText(model: Model, { core, limits }: FitRequest): Promise<string> {
  const { measured, ...cost } = await costOf(model, core);
  const over = (['flash', 'ram', 'cycles'] as const).some(
    (key) => cost[key] > (limits[key] ?? Number.POSITIVE_INFINITY),
  );
  const above = over ? `; that is above the limit of ${limitText({ limits, measured: true })}` : '';
  return `${core}: ${limitText({ limits: cost, measured })} (modelled)${above}\n`;
}
