import { type Diagnostic, fail } from '../diagnostics.js';
import { inputCodes } from '../ir/input-codes.js';
import { ACTIVATION_FORMATS, type ActivationBits, type InputScaling } from '../ir/model.js';
import type { Dataset, Split } from './dataset.js';
import {
  dataClassNotTrained,
  dataDoesNotFit,
  dataEmptyPart,
  dataLongLabel,
  dataNotFinite,
  dataScaleLength,
  dataSequenceLength,
  dataTooFewClasses,
  dataUnknownLabel,
  throwFirst,
} from './diagnostics.js';
import { inputWarnings } from './input-warnings.js';
import { labelWarnings } from './label-warnings.js';
import { PARTS, type Recording, type Recordings } from './recording.js';
import { chooseScaling, type Normalization } from './scaling.js';
import { type Parts, type SplitRule, splitRecordings } from './split.js';

/** What the user may wish; absent fields are chosen by the data. */
export interface Wishes {
  readonly split?: SplitRule | undefined;
  readonly normalization?: Normalization | undefined;
  /** One offset and scale for all features. */
  readonly commonScale?: boolean | undefined;
  /** Longer sequences are cut after so many steps. */
  readonly maxSteps?: number | undefined;
  /** A trained model: its scaling and labels are taken instead of learned ones. */
  readonly like?: TrainedInput | undefined;
  /** Of the codes; those of a model are its own. Default 8. */
  readonly activationBits?: ActivationBits | undefined;
}

/** What a model has fixed about its data. */
export interface TrainedInput {
  /** Default 8. */
  readonly activationBits?: ActivationBits;
  readonly input: InputScaling;
  readonly labels: readonly string[];
}

/** Of a label or the name of a sequence; model.json takes no longer one. */
export const LONGEST_TEXT = 200;
export const MAX_STEPS = 65535;
/** Largest magnitude of a value. */
export const LARGEST_VALUE = 1e30;

/** Recordings -> parts -> scaling learned on the training part -> codes. Every fault of the data is a diagnostic. */
export function makeDataset(recordings: Recordings, wishes: Wishes = {}): Dataset {
  const { name, size, everyStep, features } = recordings;
  const list = recordings.list.map((recording) => cut(recording, size, everyStep, wishes.maxSteps));
  throwFirst(list.flatMap((recording) => faultsOf(recording, size)));
  const { labels, targets, parts } = divide(list, recordings, wishes);
  const input = wishes.like?.input ?? learnInput(recordings, list, parts.train, wishes);
  const activationBits = bitsOf(wishes);
  const pick = (own: Int32Array): Split => ({
    sequences: Array.from(own, (i) => inputCodes(list[i]!.values, input, activationBits)),
    targets: Array.from(own, (i) => targets[i]!),
  });
  const train = pick(parts.train);
  const trained = Array.from(parts.train, (i) => list[i]!.values);
  const warnings = [
    ...(recordings.notes ?? []),
    ...lengthWarnings(list, size),
    ...(wishes.like ? [] : labelWarnings(labels)),
    ...inputWarnings(
      trained,
      train.sequences,
      input,
      ACTIVATION_FORMATS[activationBits].largest,
      recordings.featureNames,
    ),
  ];
  return {
    name,
    activationBits,
    ...(warnings.length > 0 ? { warnings } : {}),
    input: features && !wishes.like ? { ...input, features } : input,
    labels,
    everyStep,
    stream: false,
    train,
    validation: pick(parts.validation),
    test: pick(parts.test),
  };
}

/** Classes and parts of recordings; the values of one label each are not looked at, and need not be there yet. */
export function divide(
  list: readonly Recording[],
  { source, size, everyStep }: Pick<Recordings, 'source' | 'size' | 'everyStep'>,
  wishes: Pick<Wishes, 'split' | 'like'>,
): { labels: readonly string[]; targets: Int32Array[]; parts: Parts<Int32Array> } {
  const found = labelsOf(list, source, wishes.like ? 1 : 2);
  if (wishes.like) checkFit(source, { size }, found.length, wishes.like);
  const labels = wishes.like?.labels.length ? wishes.like.labels : found;
  const targets = targetsOf(list, labels);
  const rule = wishes.split ?? { kind: list.some(({ part }) => part !== undefined) ? 'given' : 'ratio' };
  if (rule.kind === 'all' && !wishes.like) fail(dataEmptyPart(source, 'train'));
  // where labels change within a sequence, no class could be kept in proportion
  const classes = everyStep ? new Int32Array(list.length) : Int32Array.from(targets, (own) => own[0]!);
  const parts = splitRecordings(list, classes, everyStep ? ['(any)'] : labels, rule);
  if (rule.kind !== 'all') checkParts(parts, targets, wishes.like ? [] : labels, source);
  return { labels, targets, parts };
}

/** Bits of the codes that are wanted. */
export const bitsOf = ({ like, activationBits = 8 }: Pick<Wishes, 'like' | 'activationBits'>): ActivationBits =>
  like === undefined ? activationBits : (like.activationBits ?? 8);

/** The data have the inputs of the model, and no more classes than it. */
export function checkFit(
  source: string,
  { size, encoding }: Pick<InputScaling, 'size' | 'encoding'>,
  classes: number,
  { input, labels }: TrainedInput,
): void {
  const most = labels.length || classes;
  if (size !== input.size || encoding !== input.encoding || classes > most)
    fail(dataDoesNotFit(source, size, classes, input.size, most));
}

/** A recurrent network has nothing to remember where every sequence has one step. */
const lengthWarnings = (list: readonly Recording[], size: number): string[] =>
  list.every(({ values }) => values.length === size)
    ? ['every sequence has one step: a recurrent network has nothing to remember']
    : [];

function cut(recording: Recording, size: number, everyStep: boolean, maxSteps = Number.POSITIVE_INFINITY): Recording {
  if (recording.values.length <= maxSteps * size) return recording;
  const { values, labels } = recording;
  return {
    ...recording,
    values: values.subarray(0, maxSteps * size),
    labels: everyStep ? labels.slice(0, maxSteps) : labels,
  };
}

function faultsOf({ source, values, labels }: Recording, size: number): Diagnostic[] {
  const long = labels.find((label) => label.length > LONGEST_TEXT);
  if (long !== undefined) return [dataLongLabel(source, long, LONGEST_TEXT)];
  const steps = values.length / size;
  if (steps === 0 || steps > MAX_STEPS) return [dataSequenceLength(source, steps, MAX_STEPS)];
  const bad = values.findIndex((v) => !(Math.abs(v) <= LARGEST_VALUE));
  return bad < 0 ? [] : [dataNotFinite(source, Math.floor(bad / size), bad % size, values[bad]!)];
}

/** The labels in use: whole numbers in their order, other texts by code unit, whatever the order of the recordings. */
function labelsOf(list: readonly Recording[], source: string, least: number): string[] {
  const found = new Set<string>();
  for (const { labels } of list) for (const label of labels) if (label !== '') found.add(label);
  if (found.size < least) fail(dataTooFewClasses(source, [...found]));
  const labels = [...found].sort();
  return labels.every((label) => /^-?\d+$/.test(label)) ? labels.sort((a, b) => Number(a) - Number(b)) : labels;
}

function targetsOf(list: readonly Recording[], labels: readonly string[]): Int32Array[] {
  const classes = new Map(labels.map((label, c) => [label, c]));
  classes.set('', -1);
  throwFirst(
    list.flatMap(({ source, labels: own }) => {
      const unknown = own.find((label) => !classes.has(label));
      return unknown === undefined ? [] : [dataUnknownLabel(source, unknown)];
    }),
  );
  return list.map(({ labels: own }) => Int32Array.from(own, (label) => classes.get(label)!));
}

/** Every part holds something, and every class is in the training part. */
function checkParts(
  parts: Parts<Int32Array>,
  targets: readonly Int32Array[],
  labels: readonly string[],
  source: string,
): void {
  throwFirst(PARTS.filter((part) => parts[part].length === 0).map((part) => dataEmptyPart(source, part)));
  const trained = new Set<number>();
  for (const i of parts.train) for (const target of targets[i]!) trained.add(target);
  throwFirst(labels.flatMap((label, c) => (trained.has(c) ? [] : [dataClassNotTrained(source, label)])));
}

function learnInput(
  recordings: Recordings,
  list: readonly Recording[],
  train: Int32Array,
  wishes: Wishes,
): InputScaling {
  const normalization = wishes.normalization ?? recordings.normalization;
  const { size } = recordings;
  if (normalization.kind === 'scale' && ![1, size].includes(normalization.scale.length))
    fail(dataScaleLength(normalization.scale.length, size));
  const values = Array.from(train, (i) => list[i]!.values);
  const scaling = chooseScaling(normalization, values, size, wishes.commonScale ?? false);
  return { ...scaling, fraction: ACTIVATION_FORMATS[bitsOf(wishes)].unitFraction };
}
