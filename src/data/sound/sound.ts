import { fail } from '../../diagnostics.js';
import { FrontEndTwin, valuesMisfit, valuesOf } from '../../frontends/chain.js';
import type { FrontEnd } from '../../ir/front-end.js';
import { throwFirst } from '../diagnostics.js';
import { type FolderFile, isFolder } from '../files.js';
import { joinNotes, listRecordings } from '../folder.js';
import { groupOf, labelOf, type NamePatterns } from '../name-patterns.js';
import type { Duration } from '../options.js';
import { type ClassWishes, chooseClasses } from '../prepare.js';
import { modelName, type Recording, type Recordings } from '../recording.js';
import type { SplitRule } from '../split.js';
import { divide } from '../targets/index.js';
import type { TrainedInput } from '../wishes.js';
import { soundNoFolder, soundOption, soundRate } from './diagnostics.js';
import { LogMel } from './log-mel.js';
import { resample } from './resample.js';
import { type Channel, readWav, toInt16 } from './wav.js';

/** What the user may wish of recordings of sound. */
export interface SoundWishes extends NamePatterns, ClassWishes {
  readonly channel?: Channel | undefined;
  /** ms */
  readonly frame?: number | undefined;
  readonly hop?: number | undefined;
  readonly bands?: number | undefined;
  /** Hz */
  readonly lowest?: number | undefined;
  readonly highest?: number | undefined;
  readonly floor?: number | undefined;
  /** Frames that are computed of a recording at most. */
  readonly maxSteps?: number | undefined;
  readonly like?: TrainedInput | undefined;
  readonly split?: SplitRule | undefined;
  readonly window?: Duration | undefined;
  /** Recordings of other rates are brought to that of the model, or to the lowest one. */
  readonly resample?: boolean | undefined;
  /** Samples are kept beside the values of their steps. */
  readonly samples?: boolean | undefined;
  /** Labels are taken where folders have them; a single file will do. */
  readonly unlabelled?: boolean | undefined;
  /** Other folders that hold these parts; classes are then looked at together. */
  readonly validation?: string | undefined;
  readonly test?: string | undefined;
}

/** The note of recordings that were brought to another rate. */
const resampled = (from: number, to: number): string =>
  `resampled from ${from} to ${to} Hz${from < to ? `: nothing above ${from / 2} Hz in them` : ''}`;

/** Values that are not computed yet. */
const NOTHING = new Float64Array(0);

/**
 * A folder of WAV files, one sequence of log-mel frames each, computed by the integers of the model's front end (A1 to A8); its
 * label is the folder next to it, or part of its path. A model of before, with features in float, gets those.
 */
export function readSounds(folder: string, wishes: SoundWishes): Recordings {
  const alone = wishes.unlabelled && !isFolder(folder);
  if (!alone && !isFolder(folder)) fail(soundNoFolder(folder));
  const { files, notes } = alone
    ? { files: [{ path: folder, name: '' }], notes: [] }
    : listRecordings(folder, /\.wav$/i, wishes);
  if (files.length === 0) fail(soundNoFolder(folder));
  const rateOf = ({ path }: { readonly path: string }): number => readWav(path, wishes.channel).rate;
  const rate = wishes.resample ? Math.min(...files.map(rateOf)) : rateOf(files[0]!);
  const reader = readerOf(rate, wishes);
  const own = { source: folder, size: reader.size, everyStep: false };
  const read = files.map((file) => recordingOf(file, NOTHING, wishes));
  const { list, notes: chosen } = chooseClasses(read, folder, wishes);
  // labels and rates are refused before thousands of spectra are computed
  const cut = wishes.window !== undefined || wishes.split?.kind === 'time';
  if (wishes.validation === undefined && wishes.test === undefined && !cut) divide(list, own, wishes);
  const facts: { path: string; fact: string }[] = [];
  throwFirst(
    list.flatMap(({ source: path }) => {
      const { rate: own, notes: found = [] } = readWav(path, wishes.channel);
      facts.push(...found.map((fact) => ({ path, fact })));
      if (own === reader.rate) return [];
      if (!wishes.resample) return [soundRate(path, own, reader.rate)];
      facts.push({ path, fact: resampled(own, reader.rate) });
      return [];
    }),
  );
  const heard = (recording: Recording): Recording => {
    const { samples: own, rate: before } = readWav(recording.source, wishes.channel);
    const samples = resample(own, before, reader.rate);
    const values = reader.compute(samples, wishes.maxSteps);
    return { ...recording, values, ...(wishes.samples && { samples: toInt16(samples) }) };
  };
  return {
    name: modelName(folder, 'wav'),
    ...own,
    normalization: { kind: 'standard' },
    ...reader.meaning,
    rate: reader.stepRate,
    notes: [...notes, ...chosen, ...joinNotes(facts)],
    list: list.map(heard),
  };
}

/** How samples become the values of time steps, and what the model says of it. */
interface Reader {
  /** Samples, and time steps, a second. */
  readonly rate: number;
  readonly stepRate: number;
  readonly size: number;
  readonly meaning: Pick<Recordings, 'features' | 'frontEnd'>;
  /** @returns frames x size, of `most` frames at most; a sound that is too short for one is filled up with zeros */
  compute(samples: Float64Array, most?: number): Float64Array;
}

function readerOf(rate: number, wishes: SoundWishes): Reader {
  const { like } = wishes;
  const { features } = like?.input ?? {};
  if (features !== undefined) {
    const logMel = new LogMel(features);
    const compute: Reader['compute'] = (samples, most) => logMel.compute(samples, most);
    const { sampleRate, hop } = features;
    return { rate: sampleRate, stepRate: sampleRate / hop, size: features.bands, meaning: { features }, compute };
  }
  const frontEnd = valuesOf(like?.input.frontEnd ?? chooseFrontEnd(rate, wishes));
  const twin = new FrontEndTwin(frontEnd, 0);
  const { rate: stepRate, width, fraction, first } = twin.values;
  return {
    ...{ rate: frontEnd.sampleRate, stepRate, size: width, meaning: { frontEnd } },
    compute: (samples, most) => {
      const codes = toInt16(samples);
      const filled = codes.length < first ? Int16Array.from({ length: first }, (_, i) => codes[i] ?? 0) : codes;
      return Float64Array.from(twin.run(filled, most), (value) => value * 2 ** -fraction);
    },
  };
}

function recordingOf({ path, name, part }: FolderFile, values: Float64Array, wishes: SoundWishes): Recording {
  const group = groupOf(path, name, wishes);
  return {
    source: path,
    name,
    values,
    labels: [wishes.unlabelled && !wishes.labelPattern ? (name.split('/').at(-2) ?? '') : labelOf(path, name, wishes)],
    ...(group === undefined ? {} : { group }),
    ...(part === undefined ? {} : { part }),
  };
}

/** Of `--frame`, `--hop` (milliseconds), `--bands`, `--lowest` (hertz) and `--floor`. */
export const SOUND_DEFAULTS = { frame: 32, hop: 16, bands: 24, lowest: 80, floor: 1e-7 } as const;

/** By default the bands go to almost half the sampling rate, 8 kHz at most. Windows and hops are rounded to even numbers of samples. */
function chooseFrontEnd(sampleRate: number, wishes: SoundWishes): FrontEnd {
  const samplesOf = (milliseconds: number): number => Math.max(2, 2 * Math.round((milliseconds * sampleRate) / 2000));
  const {
    frame = SOUND_DEFAULTS.frame,
    hop = SOUND_DEFAULTS.hop,
    bands = SOUND_DEFAULTS.bands,
    lowest = SOUND_DEFAULTS.lowest,
    floor = SOUND_DEFAULTS.floor,
  } = wishes;
  const highest = wishes.highest ?? Math.min(8000, (0.975 * sampleRate) / 2);
  const own = { window: samplesOf(frame), hop: samplesOf(hop), bands, lowest, highest, floor };
  const frontEnd: FrontEnd = { sampleRate, channels: 1, blocks: [{ kind: 'log-mel', ...own }] };
  const misfit = valuesMisfit(frontEnd);
  if (misfit === null) return frontEnd;
  const { option, value } = { window: { option: '--frame', value: frame } }[misfit.field] ?? {
    option: `--${misfit.field}`,
    value: { hop, bands, lowest, highest, floor }[misfit.field] ?? 0,
  };
  return fail(soundOption(option, value, `${misfit.expected} (at ${sampleRate} Hz)`));
}
