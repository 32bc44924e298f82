import { badValue, bug, fail, throwIfAny } from '../diagnostics.js';
import type { ColumnWishes } from './csv/columns.js';
import type { CsvWishes } from './csv/csv.js';
import type { Dataset } from './dataset.js';
import { dataShapesDiffer } from './diagnostics.js';
import { throughFrontEnd } from './front-end.js';
import { dataGap } from './front-end-diagnostics.js';
import { isPathKind, kindOf, kindOfName, pathOfMore, type Source } from './kind.js';
import { makeDataset } from './make-dataset.js';
import {
  type CheckedDataOptions,
  checkDataOptions,
  type DataOption,
  type DataOptions,
  type OptionPlace,
  optionName,
} from './options.js';
import { prepare } from './prepare.js';
import type { OnProgress } from './progress.js';
import { contentHash, readingOf, rememberedOptions } from './reading.js';
import type { Part, Recordings } from './recording.js';
import type { SplitRule } from './split.js';
import { stepsOf } from './windows.js';
import type { TrainedInput, Wishes } from './wishes.js';

export type { DataOptions } from './options.js';

/** Options that every kind of recordings takes. */
const ALWAYS: readonly DataOption[] = [
  ...(['task', 'split', 'normalize', 'commonScale', 'maxSteps', 'activationBits', 'like', 'unlabelled'] as const),
  ...(['ahead', 'normal'] as const),
  ...(['window', 'stride', 'windowLabel', 'classes', 'others', 'samples'] as const),
];
const FILES: readonly DataOption[] = [...ALWAYS, 'validation', 'test'];
const STREAM: readonly DataOption[] = ['stream', 'background'];
const NAMES: readonly DataOption[] = ['labelPattern', 'groupPattern'];
const OF_FRONT_END = ['frame', 'hop', 'bands', 'lowest', 'highest', 'floor'] as const;
const CHAIN: readonly DataOption[] = ['frontEnd', ...OF_FRONT_END];
const COLUMNS = ['features', 'drop', 'targets', 'sequence', 'label', 'group', 'time'] as const;

type Read = (path: string, options: CheckedDataOptions, onProgress?: OnProgress) => Promise<Recordings | Dataset>;

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
    takes: [...FILES, ...NAMES, ...COLUMNS, ...CHAIN, ...STREAM, 'samplingRate', 'wide', 'labelsAt'],
    read: async (path, options, onProgress) =>
      (await import('./csv/csv.js')).readCsv(path, csvWishesOf(options, onProgress)),
  },
  wav: {
    takes: [...FILES, ...NAMES, ...CHAIN, ...STREAM, 'snr', 'channel', 'resample'],
    read: async (path, options) => (await import('./sound/sound.js')).readSounds(path, options),
  },
  idx: {
    takes: FILES,
    read: async (path) => (await import('./arrays/idx.js')).readIdxImages(path),
  },
  npy: {
    takes: [...FILES, ...CHAIN, ...STREAM, 'samplingRate', 'labels', 'lengths'],
    read: async (path, options) => (await import('./arrays/arrays.js')).readArrays(path, options),
  },
  text: {
    takes: ['split', 'validation', 'test', 'trimLines', 'activationBits', 'like', 'unlabelled'],
    read: async (path, options) => (await import('./text/text.js')).readTexts(path, options),
  },
} satisfies Record<string, { takes: readonly DataOption[]; read: Read }>;

function csvWishesOf(options: CheckedDataOptions, onProgress: OnProgress | undefined): CsvWishes {
  const { labelsAt, window, split, unlabelled = false, like, wide, task = like?.task } = options;
  const patterns = { labelPattern: options.labelPattern, groupPattern: options.groupPattern };
  const columns = Object.fromEntries(COLUMNS.map((key) => [key, options[key]])) as ColumnWishes;
  return {
    ...patterns,
    ...{ wide, unlabelled, onProgress },
    columns: { ...columns, ...patterns, lenient: like !== undefined },
    labels: labelsAt ?? (window === undefined && task !== 'anomaly' ? 'last' : 'any'),
    whole: window !== undefined || split?.kind === 'time' || labelsAt === 'every-step' || unlabelled,
  };
}

/**
 * Data as sequences of codes in three parts. With a model (`like`), its scaling and labels are taken, and its data's
 * reading where nothing else is said.
 * @param spec `digits`, `gestures`, a path whose kind is seen from its ending or contents, or `kind:path`
 * @param placeOf where an option was given, for complaints
 * @throws DiagnosticError for everything that is wrong with the data or an option
 */
export async function loadDataset(
  spec: string,
  given: DataOptions = {},
  placeOf?: OptionPlace,
  onProgress?: OnProgress,
): Promise<Dataset> {
  const source = kindOf(spec);
  const { like } = given;
  const { options, notes } =
    like === undefined ? { options: given, notes: [] } : rememberedOptions(like.input, given, KINDS[source.kind].takes);
  const asked = checkDataOptions(options, placeOf);
  // what is normal needs no label
  const unlabelled = (asked.task ?? like?.task) === 'anomaly' || asked.unlabelled;
  const checked = { ...asked, ...(asked.stream && { samples: true }), ...(unlabelled && { unlabelled }) };
  const own = await loadRecordings(spec, checked, placeOf, onProgress);
  if (!('list' in own)) return own;
  const rule = splitOf(own, checked, given, notes);
  const { recordings, split } = prepare(
    { ...own, notes: [...(own.notes ?? []), ...notes] },
    { ...checked, split: rule },
  );
  const ahead = checked.ahead && stepsOf('--ahead', checked.ahead, own);
  const data = makeDataset(recordings, { ...wishesOf(checked), split, ahead });
  if (like !== undefined || !isPathKind(source.kind)) return data;
  const read = { ...data, input: { ...data.input, reading: readingOf(source.kind, given, own) } };
  return checked.stream ? await asStreams(read, source.kind, checked, placeOf) : read;
}

/** Recordings as pieces of streams. */
async function asStreams(
  data: Dataset,
  kind: Source['kind'],
  checked: CheckedDataOptions,
  placeOf: OptionPlace = optionName,
): Promise<Dataset> {
  const { background, snr, channel, resample } = checked;
  const { frontEnd } = data.input;
  if (frontEnd === undefined || data.train.samples === undefined || data.task.everyStep || data.task.name === 'regress')
    return fail({ ...badValue(placeOf('stream'), STREAMED), usage: false });
  const { BACKGROUND, streamDataset } = await import('./stream-dataset.js');
  const reportedOf = (label: string) => (label !== BACKGROUND && data.task.labels.includes(label) ? label : null);
  const { readBackground, readStream } = await import('./sound/stream.js');
  const like = { input: data.input, labels: data.task.labels };
  const read = async (path: string) => {
    const other = kindOfName(path);
    if (other !== undefined && other !== kind)
      fail({
        ...badValue(placeOf('background'), `${path} is ${other} data, the recordings are ${kind} data`),
        usage: false,
      });
    return kind === 'wav' ? [readStream(path, { frontEnd, channel, resample })] : loadSamples(`${kind}:${path}`, like);
  };
  const recordings = background === undefined ? [] : await readBackground(background, { read }, { of: reportedOf });
  return streamDataset(data, frontEnd, {
    background: recordings.map(({ samples }) => samples),
    // what other sensors give is not a sum of what happens
    snr: kind === 'wav' ? (snr ?? DEFAULT_SNR) : null,
  });
}

/** Noise that is added where nothing else is asked for, dB below the recordings. */
const DEFAULT_SNR = [0, 20] as const;
const STREAMED = 'needs recordings with one label each, without gaps, which a front end takes';

/** What is remembered of a training that says where the samples are in a table. */
const PLACES = ['features', 'sequence', 'time', 'wide', 'samplingRate'] as const;

/**
 * Recordings of a table or an array as the samples that the front end of a model takes, int16 with channels interleaved: each is a
 * stream.
 */
export async function loadSamples(
  spec: string,
  like: TrainedInput,
  placeOf?: OptionPlace,
): Promise<{ name: string; samples: Int16Array }[]> {
  const { kind } = kindOf(spec);
  const { takes }: { takes: readonly DataOption[] } = KINDS[kind];
  if (!takes.includes('samples')) {
    const message = `takes recordings of sound or counts, ${spec} is ${kind} data`;
    fail({ ...badValue((placeOf ?? optionName)('stream'), message), usage: false });
  }
  const places = PLACES.filter((option) => takes.includes(option));
  const { options } = rememberedOptions(like.input, { like, unlabelled: true, samples: true }, places);
  return samplesOf(spec, checkDataOptions(options), placeOf);
}

async function samplesOf(spec: string, checked: CheckedDataOptions, placeOf?: OptionPlace) {
  const own = await loadRecordings(spec, checked, placeOf);
  if (!('list' in own)) return bug('texts have no samples');
  const gap = own.list.find(({ samples }) => samples === undefined);
  if (gap !== undefined) fail(dataGap(gap.source));
  return own.list.map(({ name, samples }) => ({ name, samples: samples! }));
}

/** As loadDataset, but real values as they were recorded, whole; texts are a Dataset at once. */
export async function loadRecordings(
  spec: string,
  checked: CheckedDataOptions,
  placeOf?: OptionPlace,
  onProgress?: OnProgress,
): Promise<Recordings | Dataset> {
  const source = kindOf(spec);
  const { takes, read }: { takes: readonly DataOption[]; read: Read } = KINDS[source.kind];
  refuseOthers(source, checked, takes, placeOf);
  if (checked.frontEnd !== undefined && checked.like !== undefined)
    fail(badValue((placeOf ?? optionName)('frontEnd'), 'has no meaning here: the front end is that of the model'));
  if (checked.frontEnd === undefined && takes.includes('samplingRate'))
    throwIfAny(
      OF_FRONT_END.filter((key) => checked[key] !== undefined).map((key) =>
        badValue((placeOf ?? optionName)(key), `has no meaning without ${optionName('frontEnd')}`),
      ),
    );
  if (checked.task === 'regress' && checked.like === undefined && !takes.includes('targets'))
    fail(badValue((placeOf ?? optionName)('task'), `regress needs columns of numbers: ${source.kind} data have none`));
  const parts = (['validation', 'test'] as const).filter((part) => checked[part] !== undefined);
  const more = Object.fromEntries(parts.map((part) => [part, pathOfMore(source, checked[part]!)]));
  const own = await read(source.path, { ...checked, ...more }, onProgress);
  if (!('list' in own)) return own;
  const others: [Part, Recordings][] = [];
  // labels and lengths of the other files are found by their names
  const { labels, lengths, ...rest } = checked;
  for (const part of parts) others.push([part, (await read(more[part]!, rest, onProgress)) as Recordings]);
  return throughFrontEnd(withRate(joined(own, others), checked, placeOf), checked, placeOf);
}

/** The rate that the user says, where the data say none. */
function withRate(
  own: Recordings,
  { samplingRate: rate }: CheckedDataOptions,
  placeOf: OptionPlace = optionName,
): Recordings {
  if (rate === undefined) return own;
  if (own.rate === undefined) return { ...own, rate };
  return fail({
    ...badValue(placeOf('samplingRate'), `has no meaning here: the data have ${own.rate} Hz`),
    usage: false,
  });
}

/** The split: data that a model was not trained with are measured as a whole, where nothing else is said. */
function splitOf(
  recordings: Recordings,
  { split, like }: CheckedDataOptions,
  given: DataOptions,
  notes: string[],
): SplitRule | undefined {
  const trained = like?.input.reading?.data;
  if (trained === undefined || given.split !== undefined) return split;
  if (trained === contentHash(recordings)) return split;
  notes.push('other data than those of the training: all of them are measured');
  return { kind: 'all' };
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

const wishesOf = ({ normalize, ahead: _, ...rest }: CheckedDataOptions): Wishes => ({
  ...rest,
  normalization: normalize,
});

/** Recordings of several files or folders; those of the other ones belong to their part. */
function joined(own: Recordings, others: readonly [Part, Recordings][]): Recordings {
  if (others.length === 0) return own;
  const shape = ({ size, everyStep, features, frontEnd }: Recordings): string =>
    JSON.stringify({ size, everyStep, ...features, ...frontEnd }).replaceAll('"', '');
  const namesOf = (columns: readonly { readonly name: string }[] = []): string =>
    columns.map(({ name }) => name).join();
  for (const [, other] of others) {
    if (shape(other) !== shape(own)) fail(dataShapesDiffer(other.source, 'the shape', shape(other), shape(own)));
    for (const [what, key] of [
      ['the features', 'channels'],
      ['the targets', 'targets'],
    ] as const)
      if (namesOf(other[key]) !== namesOf(own[key]))
        fail(dataShapesDiffer(other.source, what, namesOf(other[key]), namesOf(own[key])));
  }
  return {
    ...own,
    list: [
      ...own.list.map((recording) => ({ part: 'train' as const, ...recording })),
      ...others.flatMap(([part, { list }]) => list.map((recording) => ({ ...recording, part }))),
    ],
  };
}
