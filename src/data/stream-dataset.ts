import { SeededRandom } from '../fixed/random.js';
import { FrontEndTwin, outputOf } from '../frontends/chain.js';
import type { FrontEnd } from '../ir/front-end.js';
import { ACTIVATION_FORMATS, type Codes, codesArray } from '../ir/model.js';
import type { Targets, Task } from '../tasks/task.js';
import type { Dataset, Renewal, Split } from './dataset.js';
import { BACKGROUND_PIECE, MAX_PAST, type StreamPiece, withPast } from './pasts.js';

/** The class of background among the labels of streams. */
export const BACKGROUND = 'background';
/** Share of each recording of the background from which on it belongs to the validation part. */
const TRAINED_SHARE = 0.8;
/** Sequences of background are at least this share of the recordings. */
const MIN_SHARE = 0.25;
/** Seeds of the streams that do not change: the first ones of the training part, and those of the validation part. */
const [FIRST, VALIDATION] = [1, 2];

/** What the streams of a data set are made with, beside its recordings. */
export interface StreamWish {
  /** int16 samples; empty: none. */
  readonly background: readonly Int16Array[];
  readonly snr: readonly [number, number] | null;
}

/**
 * Data whose training and validation sequences are pieces of streams: each recording after a random past (withPast), and, where
 * there is a background, pieces of it as a class of their own (of `detect`: with nothing to be detected). There are targets at the
 * ends of what was heard whole, those of the past included. The test part is left as it is: single recordings from reset, with a
 * target at their end. Training sequences can be made again with another past.
 */
export function streamDataset(data: Dataset, frontEnd: FrontEnd, { background, snr }: StreamWish): Dataset {
  const cutAt = ({ length }: Int16Array): number =>
    Math.floor((TRAINED_SHARE * length) / frontEnd.channels) * frontEnd.channels;
  const task = { ...(background.length === 0 ? data.task : withBackground(data.task)), everyStep: true };
  const code = coderOf(data, frontEnd);
  const streamsOf = (split: Split, ofBackground: (samples: Int16Array) => Int16Array): Streams => {
    const recordings = recordingsOf(split, data, frontEnd);
    const sources = { frontEnd, recordings, background: background.map(ofBackground).filter(notEmpty), snr };
    const silent = background.length === 0 ? null : backgroundTarget(task);
    const { length } = recordings;
    const added = silent === null ? 0 : Math.ceil(Math.max(length / (task.labels.length - 1), MIN_SHARE * length));
    const rowOf = (recording: number | null): Targets | null =>
      recording === null ? silent : split.targets[recording]!;
    return {
      ...{ recordings, count: length + added },
      make(index, random, decibels) {
        const piece = withPast(index < length ? index : null, sources, random, decibels);
        const codes = code(piece.samples);
        return { codes, targets: targetsOf(piece, codes.length / data.input.size, rowOf, task, frontEnd) };
      },
    };
  };
  const trained = streamsOf(data.train, (samples) => samples.subarray(0, cutAt(samples)));
  const heldBack = streamsOf(data.validation, (samples) => samples.subarray(cutAt(samples)));
  const longest = [...trained.recordings, ...heldBack.recordings].reduce(
    (most, { length }) => Math.max(most, length),
    BACKGROUND_PIECE.longest * frontEnd.sampleRate * frontEnd.channels,
  );
  return {
    ...{ ...data, task },
    train: madeOf(trained, FIRST),
    validation: madeOf(heldBack, VALIDATION),
    test: { ...data.test, targets: data.test.targets.map((row, i) => atEnd(row, stepsIn(data.test, i, data), task)) },
    renewal: {
      facts: { longestPast: MAX_PAST, ...(background.length > 0 && snr && { noise: `${snr.join('..')} dB` }) },
      steps: stepsOf(longest / frontEnd.channels + Math.ceil(MAX_PAST * frontEnd.sampleRate), frontEnd),
      make: trained.make,
    },
  };
}

/** The streams of one part: its recordings, and the pieces that are made of them. */
interface Streams {
  readonly recordings: readonly Int16Array[];
  /** Pieces: one for each recording, then those of background. */
  readonly count: number;
  readonly make: Renewal['make'];
}

function madeOf({ count, make }: Streams, seed: number): Split {
  const random = new SeededRandom(seed);
  const made = Array.from({ length: count }, (_, index) => make(index, random, 0));
  return { sequences: made.map(({ codes }) => codes), targets: made.map(({ targets }) => targets) };
}

const notEmpty = ({ length }: Int16Array): boolean => length > 0;
const stepsIn = ({ sequences }: Split, i: number, { input }: Dataset): number => sequences[i]!.length / input.size;

const stepsOf = (length: number, frontEnd: FrontEnd): number => {
  const { first, hop } = outputOf(frontEnd);
  return Math.floor((length - first) / hop) + 1;
};

/** From samples to the codes of the chip; streams too short for a frame are filled up in front. */
function coderOf({ activationBits = 8, input }: Dataset, frontEnd: FrontEnd): (samples: Int16Array) => Codes {
  const twin = new FrontEndTwin(frontEnd, ACTIVATION_FORMATS[activationBits].largest);
  const least = outputOf(frontEnd).first * frontEnd.channels;
  const Codes = codesArray(input, activationBits);
  return (samples) => {
    if (samples.length >= least) return Codes.from(twin.run(samples));
    const filled = new Int16Array(least);
    filled.set(samples, least - samples.length);
    return Codes.from(twin.run(filled));
  };
}

/** Samples of a part's recordings; those that were cut after some steps end there. */
function recordingsOf(split: Split, data: Dataset, frontEnd: FrontEnd): Int16Array[] {
  const { first, hop } = outputOf(frontEnd);
  return split.samples!.map((all, i) =>
    all.subarray(0, (first + (stepsIn(split, i, data) - 1) * hop + hop - 1) * frontEnd.channels),
  );
}

/** A row for each step: targets in the last step that ends within what was heard, none in all others. */
function targetsOf(
  { heard }: StreamPiece,
  steps: number,
  rowOf: (recording: number | null) => Targets | null,
  task: Task,
  frontEnd: FrontEnd,
): Targets {
  const targets = noTargets(steps, task);
  heard.forEach(({ recording, end }, i) => {
    const row = rowOf(recording);
    // all of a piece that is shorter than a frame is its last step
    const step = i + 1 === heard.length ? steps - 1 : stepsOf(end / frontEnd.channels, frontEnd) - 1;
    if (row !== null && step >= 0) targets.set(row, step * row.length);
  });
  return targets;
}

/** One row of targets after the last step, and none before. */
function atEnd(row: Targets, steps: number, task: Task): Targets {
  const targets = noTargets(steps, task);
  targets.set(row, (steps - 1) * row.length);
  return targets;
}

const noTargets = (steps: number, { name, labels }: Task): Targets =>
  name === 'detect' ? new Float32Array(steps * labels.length).fill(Number.NaN) : new Int32Array(steps).fill(-1);

const withBackground = (task: Task): Task =>
  task.name === 'detect' || task.labels.includes(BACKGROUND) ? task : { ...task, labels: [...task.labels, BACKGROUND] };

const backgroundTarget = ({ name, labels }: Task): Targets =>
  name === 'detect' ? new Float32Array(labels.length) : Int32Array.of(labels.indexOf(BACKGROUND));
