import { type Diagnostic, fail } from '../diagnostics.js';
import { ACTIVATION_FORMATS, type ActivationBits, type Codes, type InputScaling } from '../ir/model.js';
import type { Task } from '../tasks/task.js';
import { codesOf, withScale } from './codes.js';
import type { Dataset, Split } from './dataset.js';
import {
  dataLongLabel,
  dataNotFinite,
  dataScaleLength,
  dataSequenceLength,
  dataTargetTooLarge,
  throwFirst,
} from './diagnostics.js';
import { inputWarnings } from './input-warnings.js';
import { partWarnings } from './part-warnings.js';
import { EVALUATION_STEPS } from './pieces.js';
import type { Recording, Recordings } from './recording.js';
import { chooseScaling } from './scaling.js';
import { divide, targetsOf } from './targets/index.js';
import type { Values } from './values.js';
import type { Wishes } from './wishes.js';

/** Of a label or the name of a sequence; model.json takes no longer one. */
export const MAX_TEXT_LENGTH = 200;
export const MAX_STEPS = 65535;
/** Largest magnitude of a value. */
export const MAX_VALUE = 1e30;

/** Recordings -> parts -> scaling learned on the training part -> codes. Every fault of the data is a diagnostic. */
export function makeDataset(recordings: Recordings, wishes: Wishes = {}): Dataset {
  const { name, size, everyStep } = recordings;
  const list = recordings.list.map((recording) => cut(recording, size, everyStep, wishes.maxSteps));
  const anyLength = everyStep || wishes.unlabelled === true;
  throwFirst(list.flatMap((recording) => faultsOf(recording, recordings, anyLength)));
  const { task: firstTask, targets, parts } = divide(list, recordings, wishes);
  const input = wishes.like?.input ?? learnInput(recordings, list, parts.train, wishes);
  const activationBits = bitsOf(wishes);
  const coder = new Coder(list, input, activationBits);
  const { complete, settled } = targetsOf(firstTask.name);
  const task = settled?.(firstTask, input) ?? firstTask;
  const pick = (own: Int32Array): Split => {
    const sequences = Array.from(own, (i) => coder.codes(list[i]!.values));
    return {
      sequences,
      targets: Array.from(
        own,
        (i, at) => complete?.(list[i]!, targets[i]!, sequences[at]!, input, task) ?? targets[i]!,
      ),
      names: Array.from(own, (i) => list[i]!.name),
      ...(list.every(({ samples }) => samples) && { samples: Array.from(own, (i) => list[i]!.samples!) }),
    };
  };
  const [train, validation, test] = [pick(parts.train), pick(parts.validation), pick(parts.test)];
  const trained = Array.from(parts.train, (i) => list[i]!.values);
  const warnings = [
    ...(recordings.notes ?? []),
    ...lengthWarnings(list, size),
    ...(wishes.like ? [] : targetsOf(task.name).warnings(task)),
    ...inputWarnings(
      trained,
      train.sequences,
      input,
      ACTIVATION_FORMATS[activationBits].largest,
      recordings.channels?.map((channel) => channel.name),
    ),
    ...(wishes.like ? [] : partWarnings({ train, validation, test }, task, list, parts)),
  ];
  return {
    name,
    activationBits,
    ...(warnings.length > 0 ? { warnings } : {}),
    input: wishes.like ? input : { ...input, ...carried(recordings) },
    task,
    // longer ones are learned in pieces, whose state goes on from one to the next
    stream: list.some(({ values }) => values.length > streamSteps(everyStep, task) * size),
    train,
    validation,
    test,
  };
}

/** Longer recordings are streams. Of one that is predicted, any piece is as good to learn from as the whole. */
const streamSteps = (everyStep: boolean, { ahead }: Task): number =>
  ahead !== undefined ? EVALUATION_STEPS : everyStep ? MAX_STEPS : Number.POSITIVE_INFINITY;

/** Codes of values; windows of one recording share those of the recording, of which no more are made than they cover. */
class Coder {
  readonly #covered = new Map<ArrayBufferLike, { readonly from: number; readonly end: number }>();
  readonly #known = new Map<ArrayBufferLike, Codes>();

  constructor(
    list: readonly Recording[],
    readonly input: InputScaling,
    readonly bits: ActivationBits,
  ) {
    for (const { values } of list) {
      const { from, end } = placeOf(values);
      const before = this.#covered.get(values.buffer) ?? { from, end };
      this.#covered.set(values.buffer, { from: Math.min(from, before.from), end: Math.max(end, before.end) });
    }
  }

  codes(values: Values): Codes {
    const { buffer, length } = values;
    const { from } = placeOf(values);
    const all = this.#covered.get(buffer)!;
    // views of whole steps alone
    if (length === all.end - all.from || (from - all.from) % this.input.size !== 0)
      return codesOf(values, this.input, this.bits);
    const known = this.#known.get(buffer) ?? codesOf(allOf(values).subarray(all.from, all.end), this.input, this.bits);
    this.#known.set(buffer, known);
    return known.subarray(from - all.from, from - all.from + length);
  }
}

const placeOf = ({ byteOffset, BYTES_PER_ELEMENT, length }: Values): { from: number; end: number } => {
  const from = byteOffset / BYTES_PER_ELEMENT;
  return { from, end: from + length };
};

const allOf = (values: Values): Values =>
  values instanceof Float32Array ? new Float32Array(values.buffer) : new Float64Array(values.buffer);

/** What an application should know of the values of a step. */
const carried = ({ features, channels, rate }: Recordings): Partial<InputScaling> => ({
  ...(features && { features }),
  ...(channels && { channels }),
  ...(rate !== undefined && { rate }),
});

/** Bits of the codes that are wanted. */
export const bitsOf = ({ like, activationBits = 8 }: Pick<Wishes, 'like' | 'activationBits'>): ActivationBits =>
  like === undefined ? activationBits : (like.activationBits ?? 8);

/** A recurrent network has nothing to remember where every sequence has one step. */
const lengthWarnings = (list: readonly Recording[], size: number): string[] =>
  list.every(({ values }) => values.length === size)
    ? ['every sequence has one step: a recurrent network has nothing to remember']
    : [];

function cut(recording: Recording, size: number, everyStep: boolean, maxSteps = Number.POSITIVE_INFINITY): Recording {
  if (recording.values.length <= maxSteps * size) return recording;
  const { values, labels, targets } = recording;
  const steps = values.length / size;
  return {
    ...recording,
    values: values.subarray(0, maxSteps * size),
    labels: labels.slice(0, maxSteps),
    ...(targets !== undefined && {
      targets: everyStep ? targets.subarray(0, maxSteps * (targets.length / steps)) : targets,
    }),
  };
}

function faultsOf(
  { source, values, labels, targets }: Recording,
  { size, targets: columns = [] }: Recordings,
  anyLength: boolean,
): Diagnostic[] {
  const long = labels.find((label) => label.length > MAX_TEXT_LENGTH);
  if (long !== undefined) return [dataLongLabel(source, long, MAX_TEXT_LENGTH)];
  const steps = values.length / size;
  if (steps === 0 || (steps > MAX_STEPS && !anyLength)) return [dataSequenceLength(source, steps, MAX_STEPS)];
  const bad = values.findIndex((v) => !(Math.abs(v) <= MAX_VALUE));
  const large = targets?.findIndex((v) => Math.abs(v) > MAX_VALUE) ?? -1;
  if (bad < 0 && large >= 0)
    return [dataTargetTooLarge(source, columns[large % columns.length]!.name, targets![large]!, MAX_VALUE)];
  return bad < 0 ? [] : [dataNotFinite(source, Math.floor(bad / size), bad % size, values[bad]!)];
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
  const input = { ...scaling, fraction: ACTIVATION_FORMATS[bitsOf(wishes)].unitFraction };
  return recordings.frontEnd === undefined ? input : withScale(input, recordings.frontEnd, recordings.source);
}
