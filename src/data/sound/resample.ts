/** Zero crossings of the sinc on each side of a sample, at the lower of both rates. */
const CROSSINGS = 24;
/** Shape of the Kaiser window: side lobes below -80 dB. */
const BETA = 8;
/** Where the filter is at -6 dB, of half the lower rate. */
const CUTOFF = 0.94;

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** Modified Bessel function of the first kind, order 0. */
function bessel(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/**
 * Samples at another rate: a polyphase filter (Kaiser-windowed sinc; Crochiere & Rabiner 1983, ch. 4) whose pass band reaches 0.9 of
 * half the lower rate, with stop bands below -75 dB. Times are kept: sample 0 stays at 0.
 * @returns ceil(length * to / from) samples
 */
export function resample(samples: Float64Array, from: number, to: number): Float64Array {
  if (from === to) return samples;
  const common = gcd(from, to);
  const [up, down] = [to / common, from / common];
  // of the filter, in units of the input's samples
  const cutoff = CUTOFF * Math.min(1, to / from);
  const half = Math.ceil(CROSSINGS / cutoff);
  const phases = Array.from({ length: up }, (_, phase) => tapsOf(phase / up, half, cutoff));
  const result = new Float64Array(Math.ceil((samples.length * to) / from));
  for (let n = 0; n < result.length; n++) {
    const at = n * down;
    const first = Math.floor(at / up) - half + 1;
    const taps = phases[at % up]!;
    let sum = 0;
    for (let k = Math.max(0, -first); k < taps.length && first + k < samples.length; k++)
      sum += taps[k]! * samples[first + k]!;
    result[n] = sum;
  }
  return result;
}

/** Taps for a place `offset` after a sample, of the samples half - 1 before that one to half after it; their sum is 1. */
function tapsOf(offset: number, half: number, cutoff: number): Float64Array {
  const taps = new Float64Array(2 * half).map((_, k) => {
    const x = k - half + 1 - offset;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * cutoff * x) / (Math.PI * cutoff * x);
    const inside = Math.max(0, 1 - (x / half) ** 2);
    return sinc * bessel(BETA * Math.sqrt(inside));
  });
  const sum = taps.reduce((a, b) => a + b);
  return taps.map((tap) => tap / sum);
}
