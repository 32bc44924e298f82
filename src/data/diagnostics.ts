import { type Diagnostic, throwIfAny } from '../diagnostics.js';
import { npmInstall } from '../package-root.js';

// What can be wrong with data, whatever their format; each format has complaints of its own beside its reader.

/** Complaints shown at once; a file with a wrong column has one in every row. */
export const MAX_COMPLAINTS = 10;

/** Throws the first complaints, if there are any. */
export const throwFirst = (complaints: readonly Diagnostic[]): void => throwIfAny(complaints.slice(0, MAX_COMPLAINTS));

/** A text of the user's data in a message: quoted, not too long. */
export const quote = (text: string): string => JSON.stringify(text.slice(0, 40));
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

export const dataDoesNotFit = (
  data: string,
  inputs: number,
  classes: number,
  wantedInputs: number,
  wantedClasses: number,
): Diagnostic => ({
  code: 'data_does_not_fit',
  at: data,
  message: `has ${inputs} inputs and ${classes} classes, the model ${wantedInputs} and ${wantedClasses}`,
});

/** @param first the time step with which a network of windows gives its first output */
export const dataNoOutput = (source: string, steps: number, first: number): Diagnostic => ({
  code: 'data_no_output',
  at: source,
  message: `the sequence has ${plural(steps, 'step')}, the first output of the network comes with step ${first}`,
  hint: 'give sequences as long as those of the training; --window cuts recordings',
});

/** @param names what a model predicts */
export const dataNoTargets = (data: string, names: readonly string[]): Diagnostic => ({
  code: 'data_no_targets',
  at: data,
  message: `no column is named as a target${names.length > 0 ? `; the model predicts ${names.map(quote).join(', ')}` : ''}`,
  hint: `--targets ${names.length > 0 ? names.join(',') : '<name>[,<name>...]'} names the columns that are to be predicted`,
});

export const dataTaskTargets = (data: string, task: string): Diagnostic => ({
  code: 'data_task_targets',
  at: data,
  message: `--task ${task} learns ${task === 'anomaly' ? 'to predict the inputs' : 'labels'}, but --targets names columns of numbers`,
  hint: '--label names a column of labels; --task regress or detect learns the numbers',
});

export const dataFlagValue = (source: string, name: string, value: number): Diagnostic => ({
  code: 'data_flag_value',
  at: source,
  message: `${quote(name)} is ${value}; a column that is to be detected holds 0 and 1`,
  hint: '--task regress predicts other numbers',
});

export const dataFlagNotTrained = (data: string, name: string, positive: boolean): Diagnostic => ({
  code: 'data_flag_not_trained',
  at: data,
  message: `the training part has no ${positive ? 'positive' : 'negative'} example of ${quote(name)}`,
  hint: 'another --split, more data, or leave that output out',
});

export const dataTargetMissing = (data: string, name: string): Diagnostic => ({
  code: 'data_target_missing',
  at: data,
  message: `the target ${quote(name)} has no value in the training part`,
});

export const dataTargetConstant = (data: string, name: string, value: number): Diagnostic => ({
  code: 'data_target_constant',
  at: data,
  message: `the target ${quote(name)} is ${value} everywhere in the training part`,
  hint: 'there is nothing to learn: another column, or another --split',
});

export const dataTargetTooLarge = (source: string, name: string, value: number, most: number): Diagnostic => ({
  code: 'data_target_too_large',
  at: source,
  message: `the target ${quote(name)} is ${value}; its magnitude may be ${most} at most`,
});

export const dataPackageMissing = (name: string): Diagnostic => ({
  code: 'data_package_missing',
  at: '--data',
  message: `the npm package ${name} is not installed`,
  hint: npmInstall(name),
});

export const dataUnknown = (spec: string): Diagnostic => ({
  code: 'data_unknown',
  at: spec,
  message: 'is no file or folder, and no data set that comes with rnnq',
  hint: 'digits, gestures, or a path: a .csv, .txt or .npy file, IDX images, a folder of .wav or .csv files',
});

/** `kinds`: all that may be named before a path; `converter`: a command that makes one of them. */
export const dataKindUnclear = (
  path: string,
  found: string,
  kinds: readonly string[],
  converter?: string | undefined,
): Diagnostic => ({
  code: 'data_kind_unclear',
  at: path,
  message: found,
  hint:
    converter === undefined
      ? `name the kind before the path: ${kinds
          .map((kind) => `${kind}:`)
          .join(', ')
          .replace(/, (\w+:)$/, ' or $1')}`
      : `convert it: ${converter}`,
});

export const gzDamaged = (path: string, message: string): Diagnostic => ({
  code: 'gz_damaged',
  at: path,
  message: `cannot be unpacked: ${message}`,
  hint: 'the file is cut short, changed, or not a gzip file',
});

/** @param encodings names for iconv that the text may have, the likeliest first */
export const textNotUtf8 = (path: string, byte: number, encodings = ['WINDOWS-1252']): Diagnostic => ({
  code: 'text_not_utf8',
  at: path,
  message: `byte ${byte} is not UTF-8`,
  hint: `convert it: iconv -f ${encodings[0]} -t UTF-8${encodings.length > 1 ? `; or -f ${encodings.slice(1).join(', -f ')}` : ''}`,
});

// --- labels ---

export const dataTooFewClasses = (data: string, labels: readonly string[]): Diagnostic => ({
  code: 'data_too_few_classes',
  at: data,
  message: `has ${plural(labels.length, 'different label')}${labels.length === 1 ? `, ${quote(labels[0]!)}` : ''}, at least 2 are needed`,
  hint: 'with --classes, --others <name> makes a class of all other labels, and --stream --background <folder> one of what is none; --task anomaly learns from what is normal alone',
});

export const dataUnknownLabel = (source: string, label: string): Diagnostic => ({
  code: 'data_unknown_label',
  at: source,
  message: `the model has no label ${quote(label)}`,
});

export const dataNoLabel = (source: string, name: string): Diagnostic => {
  // walk_03.csv: the letters in front are the class; Walk.csv: a file holds a class
  const pattern = /^\p{L}+[^\p{L}.]/u.test(name) ? '^([A-Za-z]+)' : '^(.+)\\.[^.]+$';
  return {
    code: 'data_no_label',
    at: source,
    message: `${quote(name)} has no folder that could be its label`,
    hint: `put the files of a class into a folder, or say where the label is in a file's name: --label-pattern '${pattern}'`,
  };
};

export const dataLongLabel = (source: string, label: string, most: number): Diagnostic => ({
  code: 'data_long_label',
  at: source,
  message: `the label ${quote(label)}... has ${label.length} characters, ${most} are allowed`,
});

export const dataPatternMisses = (option: string, pattern: string, source: string, name: string): Diagnostic => ({
  code: 'data_pattern_misses',
  at: source,
  message: `${option} ${quote(pattern)} finds nothing in ${JSON.stringify(name.slice(0, 100))}`,
  hint: 'the pattern is matched with the path below the folder of the data; its first (group) is taken',
});

// --- sequences ---

export const dataSequenceLength = (source: string, steps: number, most: number): Diagnostic => ({
  code: 'data_sequence_length',
  at: source,
  message: `the sequence has ${plural(steps, 'step')}, 1 to ${most} are allowed`,
  ...(steps > most ? { hint: '--window cuts long recordings into windows, --max-steps cuts off the rest' } : {}),
});

export const dataNotFinite = (source: string, step: number, feature: number, value: number): Diagnostic => ({
  code: 'data_not_finite',
  at: source,
  message: `step ${step}, feature ${feature} is ${value}`,
  hint: 'remove or fill in missing values; the largest magnitude is 1e30',
});

export const dataShapesDiffer = (source: string, what: string, found: string, expected: string): Diagnostic => ({
  code: 'data_shapes_differ',
  at: source,
  message: `has ${what} ${found}, the other files ${expected}`,
});

export const dataScaleLength = (found: number, size: number): Diagnostic => ({
  code: 'data_scale_length',
  at: '--normalize',
  message: `${plural(found, 'scale')} for ${plural(size, 'feature')}`,
  hint: 'scale=x for all features, or one for each: scale=1/4,1/4,1/512',
});

// --- parts ---

/** @param alike a label that looks like this one */
/** @param label null: there are no classes */
export const dataSmallClass = (label: string | null, found: number, least: number, alike?: string): Diagnostic => ({
  code: 'data_small_class',
  at: '--split',
  message: `${label === null ? (found === 1 ? 'there is' : 'there are') : `label ${quote(label)} has`} ${plural(found, 'sequence')}, at least ${least} are needed`,
  hint:
    alike === undefined
      ? `${label === null && found === 1 ? 'cut a recording into windows with --window <length>, and divide it with --split time; ' : ''}the split keeps one sequence in ten for validation and one for the test, or one for each fold; with fewer, name the parts: a column split, folders train, validation and test, --split test=<pattern>, or --split time`
      : `another label is ${quote(alike)}: is it the same?`,
});

export const dataPartMissing = (source: string): Diagnostic => ({
  code: 'data_part_missing',
  at: source,
  message: 'does not say which part it belongs to',
  hint: 'train, validation or test: in a column split, or as the folder of the file',
});

export const dataUnknownGroup = (group: string, known: readonly string[]): Diagnostic => ({
  code: 'data_unknown_group',
  at: '--split',
  message: `there is no group ${quote(group)}`,
  hint:
    known.length === 0
      ? 'the data have no groups: a column group or --group-pattern names them'
      : `one of ${known.slice(0, 20).join(', ')}`,
});

export const dataEmptyPart = (data: string, part: string): Diagnostic => ({
  code: 'data_empty_part',
  at: data,
  message: `no sequence is left for the ${part} part`,
  hint: 'rnnq data shows how a --split divides the sequences',
});

export const dataClassNotTrained = (data: string, label: string): Diagnostic => ({
  code: 'data_class_not_trained',
  at: data,
  message: `no sequence of the training part has the label ${quote(label)}`,
});

export const dataUnknownClass = (data: string, name: string, known: readonly string[]): Diagnostic => ({
  code: 'data_unknown_class',
  at: data,
  message: `--classes: no recording has the label ${quote(name)}`,
  hint: `the labels are ${known.slice(0, 20).join(', ')}${known.length > 20 ? ', ...' : ''}`,
});

// --- windows ---

/** @param rate where it is known, and a window is shorter than a step */
export const dataWindowRate = (data: string, option: string, rate?: number): Diagnostic => ({
  code: 'data_window_rate',
  at: data,
  message:
    rate === undefined
      ? `${option} is a time, and the data do not say how many rows a second has`
      : `${option} is shorter than a step at ${rate} steps a second`,
  hint:
    rate === undefined
      ? 'name the column of times with --time, or give a number of steps'
      : `a step takes ${Number((1000 / rate).toPrecision(4))} ms: give a longer time, or a number of steps`,
});

export const dataNoWindow = (data: string, length: number, longest: number): Diagnostic => ({
  code: 'data_no_window',
  at: data,
  message: `no recording has a window of ${plural(length, 'step')} with a label; the longest one has ${plural(longest, 'step')}`,
  hint: 'a shorter --window; gaps divide a recording, and windows of mixed labels are left out with --window-label unmixed',
});

export const dataScaleRange = (source: string, reason: string): Diagnostic => ({
  code: 'data_scale_range',
  at: source,
  message: `the scaling of the input has no integers: ${reason}`,
  hint: 'choose another --normalize, or remove features that never change',
});

export const dataNothingNormal = (data: string, labels: readonly string[], normal: readonly string[]): Diagnostic => ({
  code: 'data_nothing_normal',
  at: data,
  message: `no label is one of ${normal.map(quote).join(', ')}, which are normal; there are ${labels.slice(0, 5).map(quote).join(', ')}`,
  hint: '--normal <label>[,<label>...] names the labels of what is normal',
});

export const dataTooShortToPredict = (data: string, part: string, longest: number, ahead: number): Diagnostic => ({
  code: 'data_too_short_to_predict',
  at: data,
  message: `the longest recording of the ${part} part has ${plural(longest, 'step')}: none is followed by the step ${ahead} steps later`,
  hint: 'a smaller --ahead, or longer recordings',
});
