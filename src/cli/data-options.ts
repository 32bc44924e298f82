import type { Command } from 'commander';
import type { DataOptions } from '../data/index.js';

/** What can be given for --data. */
export const DATA_SPEC =
  'digits, gestures, a .csv, .txt or .npy file, IDX images, a folder of .wav or .csv files, or kind:path';

/** Flags of the options of data, with the field of DataOptions that commander makes of each. */
const FLAGS: readonly (readonly [flag: string, field: keyof DataOptions, description: string])[] = [
  ['--features <names>', 'features', 'columns of a table that are inputs, separated by commas (all others)'],
  ['--drop <names>', 'drop', 'columns of a table that are left out'],
  ['--time <column>', 'time', 'column of times: the rate and gaps are checked, it is no input'],
  ['--label <column>', 'label', 'column of labels (label)'],
  ['--task <name>', 'task', 'classify, regress, detect (seen from the data) or anomaly'],
  ['--ahead <length>', 'ahead', 'task anomaly: steps or time from a prediction to its input (1)'],
  ['--normal <labels>', 'normal', 'task anomaly: labels of what is normal (normal, 0, none)'],
  ['--targets <names>', 'targets', 'columns of numbers to be predicted, or of 0 and 1 to be detected'],
  ['--sequence <column>', 'sequence', 'column that names the recording of a row (sequence)'],
  ['--group <column>', 'group', 'column that names person, device or place (group)'],
  ['--wide <n>', 'wide', 'a row is a whole sequence of n values a step'],
  ['--window <length>', 'window', 'cut recordings into windows: steps, or a time as 2s, 500ms'],
  ['--stride <length>', 'stride', 'from one window to the next (a whole window)'],
  ['--window-label <rule>', 'windowLabel', 'of rows with labels: end, majority, or unmixed windows only (end)'],
  ['--classes <names>', 'classes', 'labels that become classes (all)'],
  ['--others <name>', 'others', 'with --classes: the class of all other labels (left out)'],
  ['--split <rule>', 'split', 'ratio, given, time, group=<name>, fold=<i>/<k>, test=<pattern of names>, all'],
  ['--validation <path>', 'validation', 'more data of the same kind: the validation part'],
  ['--test <path>', 'test', 'more data of the same kind: the test part'],
  ['--normalize <mode>', 'normalize', 'standard, range, none, or scale=<x>[,<x>...]'],
  ['--common-scale', 'commonScale', 'one offset and scale for all features'],
  ['--labels-at <where>', 'labelsAt', 'labels of CSV files: last (one a sequence) or every-step'],
  ['--max-steps <n>', 'maxSteps', 'cut longer sequences'],
  ['--label-pattern <regex>', 'labelPattern', "where a file's path says its label: the first (group)"],
  ['--group-pattern <regex>', 'groupPattern', "where a file's path says its group"],
  ['--channel <channel>', 'channel', 'of stereo recordings: left, right or mix'],
  ['--resample', 'resample', "bring recordings of other rates to the model's; of a training, to the lowest one"],
  ['--sampling-rate <hertz>', 'samplingRate', 'rows a second of a table or an array that has no times'],
  [
    '--front-end <blocks>',
    'frontEnd',
    'int16 counts go through decimate=4,highpass=64,magnitude,bands,scale on the chip',
  ],
  ['--frame <ms>', 'frame', 'log-mel features of sound: length of a frame (default 32)'],
  ['--hop <ms>', 'hop', 'from one frame to the next (default 16)'],
  ['--bands <n>', 'bands', 'mel bands (default 24)'],
  ['--lowest <hertz>', 'lowest', 'lowest frequency (default 80)'],
  ['--highest <hertz>', 'highest', 'highest frequency (default almost half the sampling rate)'],
  ['--floor <x>', 'floor', 'added to the power before the logarithm (default 1e-7)'],
  ['--trim-lines', 'trimLines', 'of a text: drop white space at both ends of each line'],
  ['--labels <file>', 'labels', 'labels of a .npy file (default: x_labels.npy beside x.npy)'],
  ['--lengths <file>', 'lengths', 'lengths of the sequences of a .npy file'],
];

/** Those of a training alone: how recordings become streams. */
const STREAM_FLAGS: typeof FLAGS = [
  ['--stream', 'stream', 'recordings come after a random past, as in a stream that is never reset'],
  ['--background <folder>', 'background', 'with --stream: recordings without any class: a class, pauses, and noise'],
  ['--snr <low..high>', 'snr', 'with --background: adds it to half of the recordings, at random ratios in dB (0..20)'],
];

/** Adds the options of streams to a command. */
export function addStreamDataOptions(command: Command): Command {
  for (const [flag, , description] of STREAM_FLAGS) command.option(flag, description);
  return command;
}

/** Adds the options of data to a command. */
export function addDataOptions(command: Command): Command {
  for (const [flag, , description] of FLAGS)
    if (LIST.test(flag)) command.option(flag, description, join);
    else command.option(flag, description);
  return command;
}

const LIST = / <(names|labels)>$/;
/** A list that is given twice has the names of both. */
const join = (names: string, before?: string): string => (before === undefined ? names : `${before},${names}`);

/** The options of data among those of a command. */
export const dataOptions = (options: object): DataOptions => optionsOf(FLAGS, options);

/** The same, and those of streams. */
export const trainDataOptions = (options: object): DataOptions => optionsOf([...FLAGS, ...STREAM_FLAGS], options);

function optionsOf(flags: typeof FLAGS, options: object): DataOptions {
  const given = options as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    flags.flatMap(([flag, field]) => (given[field] === undefined ? [] : [[field, valueGiven(flag, given[field])]])),
  ) as DataOptions;
}

/** The value of a flag that takes a number as one; what is no number is left to the rules of the data. */
const valueGiven = (flag: string, given: unknown): unknown =>
  / <(n|ms|hertz|x)>$/.test(flag) && String(given).trim() !== '' && Number.isFinite(Number(given))
    ? Number(given)
    : given;
