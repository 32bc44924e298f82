import type { SeededRandom } from '../fixed/random.js';
import type { FrontEnd } from '../ir/front-end.js';
import { backgroundOf } from './sound/strung.js';

/** Longest past of a recording, longest pause within it, and length of a piece of background, seconds. */
export const MAX_PAST = 1.5;
const MAX_PAUSE = 0.5;
export const BACKGROUND_PIECE = { shortest: 0.25, longest: 1 } as const;
/** Share of recordings that begin from reset, of pieces of a past that are recordings, and of streams with noise added. */
const [FROM_RESET, RECORDINGS, NOISY] = [0.1, 0.7, 0.5];

/** What streams are made of: int16 samples, channels interleaved. */
export interface StreamSources {
  readonly frontEnd: Pick<FrontEnd, 'sampleRate' | 'channels'>;
  /** What may have been heard before. */
  readonly recordings: readonly Int16Array[];
  /** Empty: pauses of sound are quiet noise, those of other sensors are left out. */
  readonly background: readonly Int16Array[];
  /** Ratio of a recording's power to that of the background added to it, dB; null: nothing is added. */
  readonly snr: readonly [low: number, high: number] | null;
}

/**
 * A piece of a stream that ends with a recording, or with background: a random past in front of it, of other recordings and
 * pauses, then noise over all of it in some streams, then a random gain.
 * @param recording null: background
 * @param decibels the gain is up to so many above or below
 */
export function withPast(
  recording: Int16Array | null,
  sources: StreamSources,
  random: SeededRandom,
  decibels: number,
): Int16Array {
  const { frontEnd, background, snr } = sources;
  const past = random.next() < FROM_RESET ? [] : pastOf(sources, random);
  const { shortest, longest } = BACKGROUND_PIECE;
  const seconds = shortest + random.next() * (longest - shortest);
  const own = recording ?? backgroundOf(Math.round(seconds * frontEnd.sampleRate), background, random);
  const sum = new Float32Array(past.reduce((all, { length }) => all + length, own.length));
  let at = 0;
  for (const piece of [...past, own]) {
    sum.set(piece, at);
    at += piece.length;
  }
  if (recording !== null && snr !== null && random.next() < NOISY) addNoise(sum, recording, sources, random);
  const gain = 10 ** ((decibels * (2 * random.next() - 1)) / 20);
  return Int16Array.from(sum, (value) => Math.max(-32768, Math.min(32767, Math.round(gain * value))));
}

/** The last of what was heard before: pieces of a random length in all. */
function pastOf({ frontEnd, recordings, background }: StreamSources, random: SeededRandom): Int16Array[] {
  const { sampleRate, channels } = frontEnd;
  const target = Math.round(random.next() * MAX_PAST * sampleRate) * channels;
  const pauses = channels === 1;
  const pieces: Int16Array[] = [];
  let length = 0;
  while (length < target) {
    const piece =
      !pauses || random.next() < RECORDINGS
        ? recordings[random.integer(recordings.length)]!
        : backgroundOf(Math.round(random.next() * MAX_PAUSE * sampleRate), background, random);
    pieces.push(piece);
    length += piece.length;
  }
  // what is too much is cut off at the front
  let excess = length - target;
  return pieces.map((piece) => {
    const cut = Math.min(excess, piece.length);
    excess -= cut;
    return piece.subarray(cut);
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

const power = (samples: Int16Array): number =>
  samples.reduce((sum, value) => sum + value * value, 0) / Math.max(1, samples.length);
