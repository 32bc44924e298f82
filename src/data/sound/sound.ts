import { fail } from '../../diagnostics.js';
import type { LogMelFeatures } from '../../ir/model.js';
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
import { LogMel, melBands } from './log-mel.js';
import { type Channel, readWav } from './wav.js';

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
  /** Labels are taken where folders have them; a single file will do. */
  readonly unlabelled?: boolean | undefined;
  /** Other folders that hold these parts; classes are then looked at together. */
  readonly validation?: string | undefined;
  readonly test?: string | undefined;
}

/** Values that are not computed yet. */
const NOTHING = new Float64Array(0);

/** A folder of WAV files, one sequence of log-mel frames each; its label is the folder next to it, or part of its path. */
export function readSounds(folder: string, wishes: SoundWishes): Recordings {
  const alone = wishes.unlabelled && !isFolder(folder);
  if (!alone && !isFolder(folder)) fail(soundNoFolder(folder));
  const { files, notes } = alone
    ? { files: [{ path: folder, name: '' }], notes: [] }
    : listRecordings(folder, /\.wav$/i, wishes);
  if (files.length === 0) fail(soundNoFolder(folder));
  const first = readWav(files[0]!.path, wishes.channel);
  const features = wishes.like?.input.features ?? chooseFeatures(first.rate, wishes);
  const own = { source: folder, size: features.bands, everyStep: false };
  const read = files.map((file) => recordingOf(file, NOTHING, wishes));
  const { list, notes: chosen } = chooseClasses(read, folder, wishes);
  // labels and rates are refused before thousands of spectra are computed
  const cut = wishes.window !== undefined || wishes.split?.kind === 'time';
  if (wishes.validation === undefined && wishes.test === undefined && !cut) divide(list, own, wishes);
  const facts: { path: string; fact: string }[] = [];
  throwFirst(
    list.flatMap(({ source: path }) => {
      const { rate, notes: found = [] } = readWav(path, wishes.channel);
      facts.push(...found.map((fact) => ({ path, fact })));
      return rate === features.sampleRate ? [] : [soundRate(path, rate, features.sampleRate)];
    }),
  );
  const logMel = new LogMel(features);
  const compute = (path: string) => logMel.compute(readWav(path, wishes.channel).samples, wishes.maxSteps);
  return {
    name: modelName(folder, 'wav'),
    ...own,
    normalization: { kind: 'standard' },
    features,
    rate: features.sampleRate / features.hop,
    notes: [...notes, ...chosen, ...joinNotes(facts)],
    list: list.map((recording) => ({ ...recording, values: compute(recording.source) })),
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

/** Samples that model.json can say of a window or a hop. */
const MAX_WINDOW = 65535;

/** By default frames of 32 ms every 16 ms, 24 bands from 80 Hz to almost half the sampling rate, 8 kHz at most. */
function chooseFeatures(sampleRate: number, wishes: SoundWishes): LogMelFeatures {
  const samplesOf = (milliseconds: number): number => Math.max(1, Math.round((milliseconds * sampleRate) / 1000));
  const { frame = 32, hop = 16, bands = 24, lowest = 80, floor = 1e-7 } = wishes;
  const highest = wishes.highest ?? Math.min(8000, (0.975 * sampleRate) / 2);
  if (highest <= lowest || highest > sampleRate / 2)
    fail(soundOption('--highest', highest, `between --lowest ${lowest} and half the rate, ${sampleRate / 2} Hz`));
  const own = { window: samplesOf(frame), hop: samplesOf(hop), bands, lowest, highest, floor };
  const features: LogMelFeatures = { kind: 'log-mel', sampleRate, ...own };
  if (features.window < 2 || features.window > MAX_WINDOW)
    fail(soundOption('--frame', frame, `2 to ${MAX_WINDOW} samples at ${sampleRate} Hz`));
  if (features.hop > MAX_WINDOW) fail(soundOption('--hop', hop, `1 to ${MAX_WINDOW} samples at ${sampleRate} Hz`));
  const empty = melBands(features).findIndex((weights) => weights.every((weight) => weight === 0));
  if (empty >= 0)
    fail(soundOption('--bands', bands, `possible: band ${empty + 1} lies between two frequencies of the window`));
  return features;
}
