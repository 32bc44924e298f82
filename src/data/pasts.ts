import type { SeededRandom } from '../fixed/random.js';
import type { FrontEnd } from '../ir/front-end.js';
import { backgroundOf } from './sound/strung.js';

/** Longest past of a recording, longest pause within it, and length of a piece of background, seconds. */
export const MAX_PAST = 3;
const MAX_PAUSE = 1;
export const BACKGROUND_PIECE = { shortest: 0.25, longest: 1 } as const;
/** Share of recordings that begin from reset, of pieces of a past that are recordings, and of streams with noise added. */
const [FROM_RESET, RECORDINGS, NOISY] = [0.1, 0.7, 0.5];

/** What streams are made of: int16 samples, channels interleaved. */
export interface StreamSources {
  readonly frontEnd: Pick<FrontEnd, 'sampleRate' | 'channels'>;
  /** What may have been heard before. */
  readonly recordings: readonly Int16Array[];
  /** Empty: pauses of one channel are quiet noise, those of several are left out. */
  readonly background: readonly Int16Array[];
  /** Ratio of a recording's power to that of the background added to it, dB; null: nothing is added. */
  readonly snr: readonly [low: number, high: number] | null;
}

/** What was heard until `end`, in samples of all channels: the recording of that index, or background (null). */
export interface Heard {
  readonly recording: number | null;
  readonly end: number;
}

/** A piece of a stream; `heard` in the order of time. */
export interface StreamPiece {
  readonly samples: Int16Array;
  readonly heard: readonly Heard[];
}

interface Part {
  readonly recording: number | null;
  readonly samples: Int16Array;
  /** Too little of it is left to know it by. */
  readonly unclear?: boolean;
}

/**
 * A piece of a stream that ends with a recording, or with background: a random past in front of it, of other recordings and
 * pauses, then noise over all of it in some streams, then a random gain. A recording whose beginning is cut off is not among
 * those heard, nor is a short pause.
 * @param recording index among the recordings; null: background
 * @param decibels the gain is up to so many above or below
 */
export function withPast(
  recording: number | null,
  sources: StreamSources,
  random: SeededRandom,
  decibels: number,
): StreamPiece {
  const { recordings, snr } = sources;
  const past = random.next() < FROM_RESET ? [] : pastOf(sources, random);
  const { shortest, longest } = BACKGROUND_PIECE;
  const seconds = shortest + random.next() * (longest - shortest);
  const own = recording === null ? pauseOf(seconds, sources, random) : { recording, samples: recordings[recording]! };
  const parts: Part[] = [...past, own];
  const sum = new Float32Array(parts.reduce((all, { samples }) => all + samples.length, 0));
  const heard: Heard[] = [];
  let at = 0;
  for (const { samples, recording: index, unclear } of parts) {
    // plain loops here and below: they take most of the time, and converting copies or callbacks take several times as long
    for (let i = 0; i < samples.length; i++) sum[at + i] = samples[i]!;
    at += samples.length;
    if (!unclear) heard.push({ recording: index, end: at });
  }
  if (recording !== null && snr !== null && random.next() < NOISY) addNoise(sum, own.samples, sources, random);
  const gain = 10 ** ((decibels * (2 * random.next() - 1)) / 20);
  const clipped = new Int16Array(sum.length);
  for (let i = 0; i < sum.length; i++) clipped[i] = Math.max(-32768, Math.min(32767, Math.round(gain * sum[i]!)));
  return { samples: clipped, heard };
}

const pauseOf = (seconds: number, { frontEnd, background }: StreamSources, random: SeededRandom): Part => ({
  recording: null,
  samples: backgroundOf(
    Math.round(seconds * frontEnd.sampleRate) * frontEnd.channels,
    background,
    random,
    frontEnd.channels,
  ),
  unclear: seconds < BACKGROUND_PIECE.shortest,
});

/** The last of what was heard before: pieces of a random length in all. */
function pastOf(sources: StreamSources, random: SeededRandom): Part[] {
  const { frontEnd, recordings, background } = sources;
  const { sampleRate, channels } = frontEnd;
  const target = Math.round(random.next() * MAX_PAST * sampleRate) * channels;
  const pauses = channels === 1 || background.length > 0;
  const parts: Part[] = [];
  let length = 0;
  while (length < target) {
    const index = !pauses || random.next() < RECORDINGS ? random.integer(recordings.length) : null;
    const part =
      index === null
        ? pauseOf(random.next() * MAX_PAUSE, sources, random)
        : { recording: index, samples: recordings[index]! };
    parts.push(part);
    length += part.samples.length;
  }
  // what is too much is cut off at the front
  let excess = length - target;
  return parts.flatMap((part) => {
    const cut = Math.min(excess, part.samples.length);
    excess -= cut;
    if (cut === 0) return [part];
    return cut === part.samples.length ? [] : [{ ...part, samples: part.samples.subarray(cut), unclear: true }];
  });
}

/** Adds background of a random ratio to the power of a recording. */
function addNoise(sum: Float32Array, recording: Int16Array, { background, snr }: StreamSources, random: SeededRandom) {
  const noise = backgroundOf(sum.length, background, random);
  const [low, high] = snr!;
  const ratio = low + random.next() * (high - low);
  const level = Math.sqrt(power(recording) / Math.max(power(noise), 1)) * 10 ** (-ratio / 20);
  for (let i = 0; i < sum.length; i++) sum[i]! += level * noise[i]!;
}

function power(samples: Int16Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i]! ** 2;
  return sum / Math.max(1, samples.length);
}
