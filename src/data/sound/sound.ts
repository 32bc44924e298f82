import { fail } from '../../diagnostics.js';
import { FrontEndTwin, valuesOf } from '../../frontends/chain.js';
import type { FrontEnd } from '../../ir/front-end.js';
import { type BlockWish, chooseChain, type SpectralWishes } from '../chain-wish.js';
import { throwFirst } from '../diagnostics.js';
import { type FolderFile, isFolder } from '../files.js';
import { joinNotes, listRecordings } from '../folder.js';
import { groupOf, labelOf, type NamePatterns } from '../name-patterns.js';
import { type Duration, optionName } from '../options.js';
import { type ClassWishes, chooseClasses } from '../prepare.js';
import { modelName, type Recording, type Recordings } from '../recording.js';
import type { SplitRule } from '../split.js';
import { divide } from '../targets/index.js';
import type { TrainedInput } from '../wishes.js';
import { soundNoFolder, soundRate } from './diagnostics.js';
import { LogMel } from './log-mel.js';
import { resample } from './resample.js';
import { type Channel, readWav, toInt16 } from './wav.js';

/** What the user may wish of recordings of sound. */
export interface SoundWishes extends NamePatterns, ClassWishes, SpectralWishes {
  readonly channel?: Channel | undefined;
  /** Blocks of the front end; absent: log-mel. */
  readonly frontEnd?: readonly BlockWish[] | undefined;
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
      const integers = twin.run(filled, most);
      const values = new Float64Array(integers.length);
      for (let i = 0; i < values.length; i++) values[i] = integers[i]! * 2 ** -fraction;
      return values;
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

/** Log-mel features where no other chain is asked for. */
const chooseFrontEnd = (sampleRate: number, wishes: SoundWishes): FrontEnd => {
  const { frontEnd = [{ kind: 'log-mel' }], frame, hop, bands, lowest, highest, floor } = wishes;
  return chooseChain(frontEnd, { sampleRate, channels: 1 }, { frame, hop, bands, lowest, highest, floor }, optionName);
};
