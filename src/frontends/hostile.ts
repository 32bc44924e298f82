import { SeededRandom } from '../fixed/random.js';

/** Signals that break front ends: silence, full scale, single bits, clipping, jumps of level. `n` counts time samples. */
export const HOSTILE_SIGNALS: Readonly<Record<string, (n: number, random: SeededRandom) => number>> = {
  silence: () => 0,
  'constant -32768': () => -32768,
  'constant 32767': () => 32767,
  'noise of 1 LSB': (_, random) => random.next() * 3 - 1.5,
  'noise of 10 LSB': (_, random) => random.next() * 21 - 10.5,
  'sine of 1 LSB': (n) => Math.sin(n * 0.7),
  'noise of full scale': (_, random) => random.next() * 65536 - 32768,
  'square of full scale': (n) => ((n >> 4) & 1 ? 32767 : -32768),
  Nyquist: (n) => (n & 1 ? 32767 : -32768),
  impulses: (n) => (n % 333 === 0 ? 32767 : 0),
  'clipped sine': (n) => 90000 * Math.sin(n * 0.31),
  'offset with noise': (_, random) => 8000 + random.next() * 40 - 20,
  'sine of full scale': (n) => 32767 * Math.sin(n * 0.2),
  'loud, then silent': (n) => ((n >> 9) & 1 ? 0 : 30000 * Math.sin(n * 0.11)),
  'random extremes': (_, random) => (random.next() < 0.5 ? 32767 : -32768),
};

/** Every hostile signal as int16 samples of so many channels, each channel a little later than the one before. */
export function hostileSignals(count: number, channels: number): Int16Array[] {
  return Object.values(HOSTILE_SIGNALS).map((signal, k) => {
    const random = new SeededRandom(k);
    return Int16Array.from({ length: count * channels }, (_, i) =>
      Math.max(-32768, Math.min(32767, Math.round(signal(Math.floor(i / channels) + 7 * (i % channels), random)))),
    );
  });
}
