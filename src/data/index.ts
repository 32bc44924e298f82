import { badValue, fail, throwIfAny } from '../diagnostics.js';
import type { Dataset } from './dataset.js';
import { dataShapesDiffer } from './diagnostics.js';
import { kindOf, type Source } from './kind.js';
import { makeDataset } from './make-dataset.js';
import {
  type CheckedDataOptions,
  checkDataOptions,
  type DataOption,
  type DataOptions,
  type OptionPlace,
  optionName,
} from './options.js';
import type { Part, Recordings } from './recording.js';
import type { Wishes } from './wishes.js';

export type { DataOptions } from './options.js';

/** Options that every kind of recordings takes. */
const ALWAYS: readonly DataOption[] = ['split', 'normalize', 'commonScale', 'maxSteps', 'activationBits', 'like'];
const FILES: readonly DataOption[] = [...ALWAYS, 'validation', 'test'];
const NAMES: readonly DataOption[] = ['labelPattern', 'groupPattern'];

/** Each kind's reader, loaded when it is asked for, and the options that it takes. A text is a Dataset at once. */
const KINDS = {
  digits: {
    takes: ALWAYS,
    read: async () => (await import('./digits.js')).readDigits(),
  },
  gestures: {
    takes: ALWAYS,
    read: async () => (await import('./gestures.js')).readGestures(),
  },
  csv: {
    takes: [...FILES, ...NAMES, 'labelsAt'],
    read: async (path: string, o: CheckedDataOptions) =>
      (await import('./csv/csv.js')).readCsv(path, { ...o, everyStep: o.labelsAt === 'every-step' }),
  },
  wav: {
    takes: [...FILES, ...NAMES, 'channel', 'frame', 'hop', 'bands', 'lowest', 'highest', 'floor'],
    read: async (path: string, options: CheckedDataOptions) =>
      (await import('./sound/sound.js')).readSounds(path, options),
  },
  idx: {
    takes: FILES,
    read: async (path: string) => (await import('./arrays/idx.js')).readIdxImages(path),
  },
  npy: {
    takes: [...FILES, 'labels', 'lengths'],
    read: async (path: string, options: CheckedDataOptions) =>
      (await import('./arrays/arrays.js')).readArrays(path, options),
  },
  text: {
    takes: ['split', 'validation', 'test', 'trimLines', 'activationBits', 'like'],
    read: async (path: string, options: CheckedDataOptions) =>
      (await import('./text/text.js')).readTexts(path, options),
  },
} satisfies Record<
  string,
  { takes: readonly DataOption[]; read: (path: string, options: CheckedDataOptions) => Promise<Recordings | Dataset> }
>;

/**
 * Data as sequences of codes in three parts.
 * @param spec `digits`, `gestures`, a path whose kind is seen from its ending or contents, or `kind:path`
 * @param placeOf where an option was given, for complaints
 * @throws DiagnosticError for everything that is wrong with the data or an option
 */
export async function loadDataset(spec: string, options: DataOptions = {}, placeOf?: OptionPlace): Promise<Dataset> {
  const checked = checkDataOptions(options, placeOf);
  const own = await loadRecordings(spec, checked, placeOf);
  return 'list' in own ? makeDataset(own, wishesOf(checked)) : own;
}

/** As loadDataset, but real values as they were recorded; texts are a Dataset at once. */
export async function loadRecordings(
  spec: string,
  checked: CheckedDataOptions,
  placeOf?: OptionPlace,
): Promise<Recordings | Dataset> {
  const source = kindOf(spec);
  const { takes, read } = KINDS[source.kind];
  refuseOthers(source, checked, takes, placeOf);
  const own = await read(source.path, checked);
  if (!('list' in own)) return own;
  const others: [Part, Recordings][] = [];
  // labels and lengths of the other files are found by their names
  const { labels, lengths, ...rest } = checked;
  for (const part of ['validation', 'test'] as const)
    if (checked[part] !== undefined) others.push([part, (await read(checked[part], rest)) as Recordings]);
  return joined(own, others);
}

function refuseOthers(
  { kind }: Source,
  options: CheckedDataOptions,
  takes: readonly DataOption[],
  placeOf: OptionPlace = optionName,
): void {
  const others = (Object.keys(options) as DataOption[]).filter((key) => !takes.includes(key));
  throwIfAny(others.map((key) => badValue(placeOf(key), `is not an option of ${kind} data`)));
}

const wishesOf = ({ normalize, ...rest }: CheckedDataOptions): Wishes => ({ ...rest, normalization: normalize });

/** Recordings of several files or folders; those of the other ones belong to their part. */
function joined(own: Recordings, others: readonly [Part, Recordings][]): Recordings {
  if (others.length === 0) return own;
  const shape = ({ size, everyStep, features }: Recordings): string =>
    JSON.stringify({ size, everyStep, ...features }).replaceAll('"', '');
  for (const [, other] of others)
    if (shape(other) !== shape(own)) fail(dataShapesDiffer(other.source, 'the shape', shape(other), shape(own)));
  return {
    ...own,
    list: [
      ...own.list.map((recording) => ({ part: 'train' as const, ...recording })),
      ...others.flatMap(([part, { list }]) => list.map((recording) => ({ ...recording, part }))),
    ],
  };
}
