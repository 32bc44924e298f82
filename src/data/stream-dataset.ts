import { SeededRandom } from '../fixed/random.js';
import { FrontEndTwin, outputOf } from '../frontends/chain.js';
import type { FrontEnd } from '../ir/front-end.js';
import { ACTIVATION_FORMATS, type Codes, codesArray } from '../ir/model.js';
import type { Targets, Task } from '../tasks/task.js';
import type { Dataset, Split } from './dataset.js';
import { BACKGROUND_PIECE, MAX_PAST, type StreamSources, withPast } from './pasts.js';

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
 * there is a background, pieces of it as a class of their own (of `detect`: with nothing to be detected). The test part is left as it
 * is: single recordings from reset. Training sequences can be made again with another past.
 */
export function streamDataset(data: Dataset, frontEnd: FrontEnd, { background, snr }: StreamWish): Dataset {
  const cutAt = ({ length }: Int16Array): number =>
    Math.floor((TRAINED_SHARE * length) / frontEnd.channels) * frontEnd.channels;
  const sourcesOf = (recordings: readonly Int16Array[], part: (samples: Int16Array) => Int16Array): StreamSources => ({
    ...{ frontEnd, recordings, snr },
    background: background.map(part).filter(({ length }) => length > 0),
  });
  const task = background.length === 0 ? data.task : withBackground(data.task);
  const make = makerOf(data, frontEnd);
  const train = piecesOf(data.train, data, frontEnd, background.length > 0 ? task : null);
  const validation = piecesOf(data.validation, data, frontEnd, background.length > 0 ? task : null);
  const sources = sourcesOf(train.samples, (samples) => samples.subarray(0, cutAt(samples)));
  const heldBack = sourcesOf(validation.samples, (samples) => samples.subarray(cutAt(samples)));
  const codesOf = ({ pieces }: Pieces, own: StreamSources, seed: number): Codes[] => {
    const random = new SeededRandom(seed);
    return pieces.map((piece) => make(withPast(piece, own, random, 0)));
  };
  const { pieces } = train;
  const longest = Math.max(
    BACKGROUND_PIECE.longest * frontEnd.sampleRate * frontEnd.channels,
    ...train.samples.map((s) => s.length),
    ...validation.samples.map((s) => s.length),
  );
  return {
    ...data,
    task,
    train: { sequences: codesOf(train, sources, FIRST), targets: train.targets },
    validation: { sequences: codesOf(validation, heldBack, VALIDATION), targets: validation.targets },
    renewal: {
      facts: { longestPast: MAX_PAST, ...(background.length > 0 && snr && { noise: `${snr.join('..')} dB` }) },
      steps: stepsOf(longest / frontEnd.channels + Math.ceil(MAX_PAST * frontEnd.sampleRate), frontEnd),
      make: (index, random, decibels) => make(withPast(pieces[index]!, sources, random, decibels)),
    },
  };
}

const stepsOf = (length: number, frontEnd: FrontEnd): number => {
  const { first, hop } = outputOf(frontEnd);
  return Math.floor((length - first) / hop) + 1;
};

/** From samples to the codes of the chip; streams too short for a frame are filled up in front. */
function makerOf({ activationBits = 8, input }: Dataset, frontEnd: FrontEnd): (samples: Int16Array) => Codes {
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

interface Pieces {
  /** What sequences end with: samples of a recording, or null: background. */
  readonly pieces: readonly (Int16Array | null)[];
  /** Of the recordings alone. */
  readonly samples: readonly Int16Array[];
  readonly targets: readonly Targets[];
}

/** @param task with the class of background; null: there is none */
function piecesOf(
  { sequences, samples, targets }: Split,
  { input }: Dataset,
  frontEnd: FrontEnd,
  task: Task | null,
): Pieces {
  const { first, hop } = outputOf(frontEnd);
  // recordings that were cut after some steps end there
  const own = samples!.map((all, i) => {
    const steps = sequences[i]!.length / input.size;
    return all.subarray(0, (first + (steps - 1) * hop + hop - 1) * frontEnd.channels);
  });
  if (task === null) return { pieces: own, samples: own, targets };
  const count = Math.ceil(Math.max(own.length / (task.labels.length - 1), MIN_SHARE * own.length));
  const target = backgroundTarget(task);
  return {
    pieces: [...own, ...new Array<null>(count).fill(null)],
    samples: own,
    targets: [...targets, ...new Array<Targets>(count).fill(target)],
  };
}

const withBackground = (task: Task): Task =>
  task.name === 'detect' || task.labels.includes(BACKGROUND) ? task : { ...task, labels: [...task.labels, BACKGROUND] };

const backgroundTarget = ({ name, labels }: Task): Targets =>
  name === 'detect' ? new Float32Array(labels.length) : Int32Array.of(labels.indexOf(BACKGROUND));
