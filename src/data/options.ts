import { z } from 'zod';
import { badValue, throwIfAny } from '../diagnostics.js';
import { complaints, flag, object, oneOf, oneOfNumbers } from '../validate.js';
import { CHAIN, parseChain } from './chain-wish.js';
import type { Normalization } from './scaling.js';
import type { SplitRule } from './split.js';
import type { TrainedInput } from './wishes.js';

/** Reads a text by `parse`, whose undefined means that the text is not `expected`. */
const text = <T>(expected: string, parse: (text: string) => T | undefined) =>
  z.string(expected).transform((value, context): T => {
    const result = parse(value);
    if (result !== undefined) return result;
    context.addIssue(expected);
    return z.NEVER;
  });

/** A path: a text that is not empty. */
const path = () => z.string('a path').min(1, 'a path');

const pattern = (value: string): RegExp | undefined => {
  try {
    return value === '' ? undefined : new RegExp(value, 'u');
  } catch {
    return undefined;
  }
};

/** 0.25 or 1/4. */
function fraction(value: string): number | undefined {
  const [over, under = '1', more] = value.split('/');
  const number = (over ?? '').trim() === '' || under.trim() === '' ? Number.NaN : Number(over) / Number(under);
  return more === undefined && number >= 1e-36 && number <= 1e36 ? number : undefined;
}

function splitRule(value: string): SplitRule | undefined {
  if (value === 'ratio' || value === 'given' || value === 'all' || value === 'time') return { kind: value };
  const [, kind, rest] = /^(group|fold|test)=(.+)$/s.exec(value) ?? [];
  if (kind === 'group') return { kind, group: rest! };
  if (kind === 'test') {
    const matched = pattern(rest!);
    return matched && { kind, pattern: matched };
  }
  const [, fold, folds] = (/^(\d{1,3})\/(\d{1,3})$/.exec(rest ?? '') ?? []).map(Number);
  return fold! >= 1 && fold! <= folds! && folds! >= 2 ? { kind: 'fold', fold: fold!, folds: folds! } : undefined;
}

function normalization(value: string): Normalization | undefined {
  if (value === 'standard' || value === 'range' || value === 'none') return { kind: value };
  const scale = /^scale=/.test(value) ? value.slice(6).split(',').map(fraction) : [undefined];
  return scale.includes(undefined) ? undefined : { kind: 'scale', scale: scale as number[] };
}

/** 0..20 */
function decibelRange(value: string): readonly [number, number] | undefined {
  const [, low, high] = /^(-?\d+\.?\d*)\.\.(-?\d+\.?\d*)$/.exec(value.trim()) ?? [];
  const range = [Number(low), Number(high)] as const;
  return range[0] <= range[1] && range[0] >= -60 && range[1] <= 100 ? range : undefined;
}

const numberFrom = (least: number, most: number, whole: boolean): string =>
  `a${whole ? ' whole' : ''} number from ${least} to ${most}`;

/** A number, or its decimal digits. */
const numeric = (least: number, most: number, whole: boolean) =>
  z.union([z.number(), z.string()], numberFrom(least, most, whole)).transform((value, context): number => {
    const number = String(value).trim() === '' ? Number.NaN : Number(value);
    if (number >= least && number <= most && (!whole || Number.isInteger(number))) return number;
    context.addIssue(numberFrom(least, most, whole));
    return z.NEVER;
  });

/** Texts with commas between them, or a list: names of columns or classes. */
const names = () =>
  z.union([z.string(), z.array(z.string())], NAMES).transform((value, context): string[] => {
    const list = (typeof value === 'string' ? value.split(',') : value).map((name) => name.trim());
    if (list.length > 0 && !list.includes('') && new Set(list).size === list.length) return list;
    context.addIssue(NAMES);
    return z.NEVER;
  });
const NAMES = 'names with commas between them, each once';

/** A length of time: steps, or seconds. */
export type Duration = { readonly steps: number } | { readonly seconds: number };

/** 100 (steps), 2s, 500ms, 1.5min, 1h. */
function duration(value: string): Duration | undefined {
  const [, digits, unit] = /^(\d+\.?\d*|\.\d+) ?(s|ms|min|h|steps?)?$/.exec(value.trim()) ?? [];
  const number = Number(digits);
  if (!(number > 0) || number > 1e9) return undefined;
  if (unit === undefined || unit.startsWith('step')) return Number.isInteger(number) ? { steps: number } : undefined;
  return { seconds: number * { s: 1, ms: 1e-3, min: 60, h: 3600 }[unit as 's' | 'ms' | 'min' | 'h'] };
}

/** A number is one of steps. */
const durationText = () =>
  z.preprocess((value) => (typeof value === 'number' ? String(value) : value), text(DURATION, duration));
const DURATION = 'a number of steps, or a time: 100, 2s, 500ms';

const SPLITS = 'ratio, given, time, group=<name>, fold=<i>/<k>, test=<pattern of names> or all';
const schema = object({
  /** What is asked of the network; absent: seen from the data. */
  task: oneOf(['classify', 'regress', 'detect', 'anomaly']).optional(),
  /** Of the task anomaly: how far ahead the input is predicted, and the labels of what is normal. */
  ahead: durationText().optional(),
  normal: names().optional(),
  /** Of tables: columns by their names. */
  features: names().optional(),
  drop: names().optional(),
  targets: names().optional(),
  sequence: path().optional(),
  label: path().optional(),
  group: path().optional(),
  time: path().optional(),
  /** A row is a whole sequence, of so many values a time step. */
  wide: numeric(1, 65535, true).optional(),
  /** Recordings are cut into windows, after they have been divided into parts. */
  window: durationText().optional(),
  stride: durationText().optional(),
  /** The label of a window: that of its last row, the most frequent one, or none where rows differ. */
  windowLabel: oneOf(['end', 'majority', 'unmixed']).optional(),
  /** The labels that become classes, and what all others become together; without it they are left out. */
  classes: names().optional(),
  others: path().optional(),
  split: text(SPLITS, splitRule).optional(),
  /** More files or folders of the same kind: those parts. */
  validation: path().optional(),
  test: path().optional(),
  normalize: text('standard, range, none or scale=<x>[,<x>...]', normalization).optional(),
  commonScale: flag().optional(),
  labelsAt: oneOf(['last', 'every-step']).optional(),
  maxSteps: numeric(1, 65535, true).optional(),
  labelPattern: text('a regular expression', pattern).optional(),
  groupPattern: text('a regular expression', pattern).optional(),
  /** Of the recordings: which channel of a stereo file. */
  channel: oneOf(['left', 'right', 'mix']).optional(),
  /** Recordings of other rates are brought to that of the model; of a training, to the lowest one. */
  resample: flag().optional(),
  /** Time samples a second, where no column of times says it. */
  samplingRate: numeric(1e-3, 1e6, false).optional(),
  /** The blocks through which the int16 samples of recordings go. */
  frontEnd: text(CHAIN, parseChain).optional(),
  /** Of power in bands: length of a frame and hop from one to the next, ms. */
  frame: numeric(1, 1e6, false).optional(),
  hop: numeric(1, 1e6, false).optional(),
  bands: numeric(1, 256, true).optional(),
  /** Their limits, Hz. */
  lowest: numeric(0, 1e6, false).optional(),
  highest: numeric(1, 1e6, false).optional(),
  floor: numeric(1e-30, 1e30, false).optional(),
  /** Of a text: white space at both ends of each line is dropped. */
  trimLines: flag().optional(),
  /** Of arrays: the files of labels and lengths. */
  labels: path().optional(),
  lengths: path().optional(),
  /** Of the codes: 8 (default) or 16. */
  activationBits: oneOfNumbers([8, 16]).optional(),
  /** A trained model, whose scaling, features, labels and reading the data shall take. */
  like: z.custom<TrainedInput>().optional(),
  /** Recordings are taught as pieces of streams: after a random past of other ones, background and pauses. */
  stream: flag().optional(),
  /** Of streams: recordings without any class, as a class, in pauses, and as noise over recordings. */
  background: path().optional(),
  /** Ratio of recordings to the background added to them, dB. */
  snr: text('two ratios in dB with .. between them: 0..20', decibelRange).optional(),
  /** Samples of recordings are kept beside what their front end makes of them. */
  samples: flag().optional(),
  /** Labels are read where they are there, but need not be. */
  unlabelled: flag().optional(),
});

/** Bits of the codes where none are asked for: a quantity that is followed at every step needs states of 16 bits. */
export const defaultActivationBits = ({
  task,
  targets,
  labelsAt,
}: Pick<DataOptions, 'task' | 'targets' | 'labelsAt'>): 8 | 16 =>
  targets !== undefined && task !== 'detect' && labelsAt === 'every-step' ? 16 : 8;

/** Options of loadDataset: texts and numbers as a command line has them. */
export type DataOptions = z.input<typeof schema>;
export type CheckedDataOptions = z.output<typeof schema>;
export type DataOption = keyof DataOptions;

const INTERNAL = ['like', 'activationBits', 'unlabelled', 'samples'];

/** Those that a file or a command line can give. */
export const DATA_OPTION_NAMES: readonly string[] = Object.keys(schema.shape).filter((key) => !INTERNAL.includes(key));

/** commonScale -> --common-scale */
export const optionName = (key: string): string => `--${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;

/** Where an option came from, for messages: its flag, or the file that gave it. */
export type OptionPlace = (key: string) => string;

/** Reads the texts; throws a diagnostic for each option that is none. */
export function checkDataOptions(options: DataOptions, placeOf: OptionPlace = optionName): CheckedDataOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const result = schema.safeParse(given);
  if (!result.success)
    throwIfAny(complaints(result.error, given).map(({ path, message }) => badValue(placeOf(String(path[0])), message)));
  const checked = result.data!;
  for (const [key, needed] of [
    ['background', 'stream'],
    ['snr', 'background'],
    ['others', 'classes'],
  ] as const)
    if (checked[key] !== undefined && !checked[needed])
      throwIfAny([badValue(placeOf(key), `has no meaning without ${optionName(needed)}`)]);
  if (checked.samples || checked.stream)
    throwIfAny(
      [
        checked.window !== undefined ? ('window' as const) : null,
        checked.split?.kind === 'time' ? ('split' as const) : null,
      ]
        .filter((key) => key !== null)
        .map((key) => badValue(placeOf(key), 'cuts recordings, which --stream takes whole')),
    );
  if (checked.others !== undefined && checked.classes?.includes(checked.others))
    throwIfAny([badValue(placeOf('others'), `is one of ${optionName('classes')}: the others need another name`)]);
  if (checked.wide !== undefined && checked.like === undefined)
    throwIfAny(
      [checked.time !== undefined ? 'time' : null, checked.labelsAt === 'every-step' ? 'labelsAt' : null]
        .filter((key) => key !== null)
        .map((key) => badValue(placeOf(key), `does not go with ${optionName('wide')}: a row is a whole sequence`)),
    );
  // the data of a trained model have its window
  if (checked.window === undefined && checked.like === undefined)
    throwIfAny(
      (['stride', 'windowLabel'] as const)
        .filter((key) => checked[key] !== undefined)
        .map((key) => badValue(placeOf(key), `has no meaning without ${optionName('window')}`)),
    );
  const { task = checked.like?.task } = checked;
  if (task !== 'anomaly')
    throwIfAny(
      (['ahead', 'normal'] as const)
        .filter((key) => checked[key] !== undefined)
        .map((key) => badValue(placeOf(key), `has no meaning without ${optionName('task')} anomaly`)),
    );
  return checked;
}
