import { expect, test } from 'vitest';
import { resample } from '../../../src/data/sound/resample.js';

const tone = (hertz: number, rate: number, seconds = 0.25): Float64Array =>
  Float64Array.from({ length: rate * seconds }, (_, n) => Math.sin((2 * Math.PI * hertz * n) / rate));
/** Largest magnitude, of what is far from both ends. */
const peak = (samples: Float64Array): number =>
  samples.slice(300, -300).reduce((most, x) => Math.max(most, Math.abs(x)), 0);

test.each([
  [16000, 8000],
  [8000, 16000],
  [44100, 16000],
  [11025, 16000],
])('%i to %i Hz: what both rates hold keeps its phase and level, the rest is gone', (from, to) => {
  const hertz = 0.8 * (Math.min(from, to) / 2);
  const kept = resample(tone(hertz, from), from, to);
  const wanted = tone(hertz, to);
  expect(Math.abs(kept.length - wanted.length)).toBeLessThan(2);
  expect(peak(kept.map((x, n) => x - (wanted[n] ?? 0)))).toBeLessThan(3e-4);
  if (to < from) expect(peak(resample(tone(1.1 * (to / 2), from), from, to))).toBeLessThan(3e-4);
  expect(peak(resample(new Float64Array(4000).fill(0.5), from, to))).toBeCloseTo(0.5, 9);
});
