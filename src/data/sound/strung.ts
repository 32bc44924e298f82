import { SeededRandom } from '../../fixed/random.js';
import type { Mark, MarkedStream } from './marks.js';

/** A recording, and what is heard in it: one class, or any of several things. */
export interface Word {
  /** int16, channels interleaved. */
  readonly samples: Int16Array;
  readonly labels: readonly string[];
}

/** Peak of the noise that a pause has without a background: that of a quiet converter. */
const QUIET = 10;

/** How recordings become one stream. */
export interface Stringing {
  readonly sampleRate: number;
  readonly channels: number;
  /** Seconds between two recordings, and at both ends. */
  readonly pause: number;
  /** What pauses are cut from; empty: noise of a few units. */
  readonly background: readonly Int16Array[];
  readonly seed: number;
}

/** Recordings in random order with pauses between them, as one stream; the same seed gives the same stream. */
export function stringTogether(
  words: readonly Word[],
  { sampleRate, channels, pause, background, seed }: Stringing,
): MarkedStream {
  const random = new SeededRandom(seed);
  const order = random.shuffle(Int32Array.from(words, (_, i) => i));
  const gap = Math.round(pause * sampleRate) * channels;
  const perSecond = sampleRate * channels;
  const pieces: Int16Array[] = [];
  const marks: Mark[] = [];
  let at = 0;
  const add = (samples: Int16Array): void => {
    pieces.push(samples);
    at += samples.length;
  };
  for (const i of order) {
    const { samples, labels } = words[i]!;
    add(backgroundOf(gap, background, random, channels));
    const begin = at / perSecond;
    add(samples);
    marks.push(...labels.map((label) => ({ begin, end: at / perSecond, label })));
  }
  add(backgroundOf(gap, background, random, channels));
  const all = new Int16Array(at);
  let to = 0;
  for (const piece of pieces) {
    all.set(piece, to);
    to += piece.length;
  }
  return { name: `${words.length} recordings`, samples: all, marks };
}

/**
 * So many samples from a random place of a random recording, which begins again at its end; without one, quiet noise.
 * @param length of whole steps of all channels, as the recordings are
 */
export function backgroundOf(
  length: number,
  background: readonly Int16Array[],
  random: SeededRandom,
  channels = 1,
): Int16Array {
  const made = new Int16Array(length);
  if (background.length === 0) {
    for (let i = 0; i < length; i++) made[i] = random.integer(2 * QUIET + 1) - QUIET;
    return made;
  }
  const own = background[random.integer(background.length)]!;
  let from = random.integer(own.length / channels) * channels;
  for (let at = 0; at < length; from = 0) {
    const piece = own.subarray(from, from + length - at);
    made.set(piece, at);
    at += piece.length;
  }
  return made;
}
