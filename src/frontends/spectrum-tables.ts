import type { BandsBlock, LogMelBlock } from '../ir/front-end.js';

export type SpectralBlock = LogMelBlock | BandsBlock;

/** Sizes of the transform. */
export const MIN_SIZE = 64;
export const MAX_SIZE = 2048;

/** Samples of the transform: the window, filled up with zeros to a power of two. */
export const transformSize = ({ window }: Pick<SpectralBlock, 'window'>): number =>
  Math.max(MIN_SIZE, 2 ** Math.ceil(Math.log2(window)));

/** A stage of the transform behind the first one. */
export interface Stage {
  readonly radix: 2 | 4;
  /** Distance of the numbers that are combined, in complex numbers. */
  readonly step: number;
}

/** The constants of A1 to A5 for a window: what the twin and the C read. */
export interface SpectrumTables {
  readonly size: number;
  readonly length: number;
  /** A1: periodic Hann window, Q14, 0 behind it. */
  readonly window: Int16Array;
  readonly shift: number;
  /** A2: where the results of each four numbers go, in fours. */
  readonly order: Uint8Array;
  readonly stages: readonly Stage[];
  /** A4: cosine in the lower half, sine in the upper one; of each stage w^k for all k, then w^2k, then w^3k. */
  readonly twiddles: Uint32Array;
  /** A5 */
  readonly halves: Uint32Array;
  /** P: the spectrum is that of samples in -1..1 times 2^P. */
  readonly exponent: number;
}

const nearest = (x: number): number => Math.floor(x + 0.5);

/** e^(2 pi j k / n) as Q14 halves of a word. */
function factor(k: number, n: number): number {
  const angle = (2 * Math.PI * k) / n;
  const [c, s] = [nearest(16384 * Math.cos(angle)), nearest(16384 * Math.sin(angle))];
  return ((s << 16) | (c & 0xffff)) >>> 0;
}

export const cosineOf = (word: number): number => (word << 16) >> 16;
export const sineOf = (word: number): number => word >> 16;

/** The tables of A1 to A5. */
export function spectrumTables(length: number): SpectrumTables {
  const size = transformSize({ window: length });
  const half = size / 2;
  const odd = Math.log2(half) % 2 === 1;
  const stages: Stage[] = odd ? [{ radix: 2, step: 4 }] : [];
  for (let step = odd ? 8 : 4; step < half; step *= 4) stages.push({ radix: 4, step });
  const twiddles = stages.flatMap(({ radix, step }) =>
    Array.from({ length: (radix - 1) * step }, (_, i) => factor((1 + Math.floor(i / step)) * (i % step), radix * step)),
  );
  // one place more is lost where three rotated stages of radix 4 follow the first: intervals grow by 1.31 in each
  const shift = size === 512 || size === 2048 ? 2 : 1;
  return {
    ...{ size, length, stages, shift },
    window: Int16Array.from({ length: size }, (_, n) =>
      n < length ? nearest(16384 * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length))) : 0,
    ),
    order: Uint8Array.from({ length: half / 4 }, (_, n) => placeOf(n, half, stages)),
    twiddles: Uint32Array.from(twiddles),
    halves: Uint32Array.from({ length: size / 4 }, (_, k) => factor(k + 1, size)),
    exponent: 31 - shift - Math.log2(size) - (odd ? 1 : 0),
  };
}

/** A2: n with its digits reversed, each digit in the radix of its stage. */
function placeOf(n: number, half: number, stages: readonly Stage[]): number {
  let [place, length, rest] = [0, half, n];
  for (const { radix } of [...stages].reverse()) {
    length /= radix;
    place += (rest % radix) * length;
    rest = Math.floor(rest / radix);
  }
  return place / 4;
}

/**
 * The largest magnitude that any sum of A1 to A5 can have, for any samples, stage by stage, as intervals follow it: what
 * must stay below 2^31. The last entry is that of A5.
 */
export function spectrumBounds({ size, window, shift, order, stages, twiddles, halves }: SpectrumTables): number[] {
  const half = size / 2;
  const re = new Float64Array(half);
  const im = new Float64Array(half);
  const bounds: number[] = [];
  const note = (values: Float64Array) => values.reduce((most, v) => Math.max(most, v), bounds.pop() ?? 0);
  for (let n = 0; n < half / 4; n++) {
    const sum = (part: number) =>
      [0, 1, 2, 3].reduce((all, j) => all + (32768 * window[2 * (n + (j * half) / 4) + part]!) / 2 ** shift + 1, 0);
    for (let j = 0; j < 4; j++) {
      // results of a radix 4 mix real and imaginary parts
      const bound = Math.max(sum(0), sum(1));
      re[4 * order[n]! + j] = bound;
      im[4 * order[n]! + j] = bound;
    }
  }
  bounds.push(0);
  bounds.push(note(re));
  let from = 0;
  for (const { radix, step } of stages) {
    for (let first = 0; first < half; first += radix * step)
      for (let k = first; k < first + step; k++) {
        let [x, y] = [re[k]! / 4 + 1, im[k]! / 4 + 1];
        for (let leg = 1; leg < radix; leg++) {
          const rotated = rotatedBound(
            re[k + leg * step]!,
            im[k + leg * step]!,
            twiddles[from + (leg - 1) * step + k - first]!,
          );
          x += rotated;
          y += rotated;
        }
        for (let leg = 0; leg < radix; leg++) {
          re[k + leg * step] = Math.max(x, y);
          im[k + leg * step] = Math.max(x, y);
        }
      }
    from += (radix - 1) * step;
    bounds.push(0);
    bounds.push(note(re));
  }
  let most = re[0]! + im[0]!;
  for (let k = 0; k < size / 4; k++) {
    const [up, down] = [k + 1, half - 1 - k];
    const [x, y] = [re[up]! + re[down]!, im[up]! + im[down]!];
    most = Math.max(most, x, y, Math.max(x, y) / 4 + 1 + rotatedBound(x, y, halves[k]!));
  }
  return [...bounds, most];
}

/** A3, in magnitudes: either part of the rotated number. */
function rotatedBound(re: number, im: number, word: number): number {
  const [c, s] = [Math.abs(cosineOf(word)), Math.abs(sineOf(word))];
  return Math.max(re * c + im * s, im * c + re * s) / 65536 + 2;
}
