import { multiplyHigh } from '../fixed/fixed.js';
import { cosineOf, type SpectrumTables, sineOf } from './spectrum-tables.js';

/** A1 to A5 in integers: the twin of rnnq_window_s16_c and rnnq_transform_s32_c. */
export class Spectrum {
  /** Real and imaginary part of the frequencies 0 .. size / 2. */
  readonly re: Int32Array;
  readonly im: Int32Array;
  readonly #twiddles: readonly [Int16Array, Int16Array];
  readonly #halves: readonly [Int16Array, Int16Array];

  constructor(readonly tables: SpectrumTables) {
    const { size, twiddles, halves } = tables;
    this.re = new Int32Array(size / 2 + 1);
    this.im = new Int32Array(size / 2 + 1);
    const parts = (words: Uint32Array) => [Int16Array.from(words, cosineOf), Int16Array.from(words, sineOf)] as const;
    this.#twiddles = parts(twiddles);
    this.#halves = parts(halves);
  }

  /** The spectrum of the last `length` samples in front of the place `at` of a ring of `size`. */
  compute(ring: Int16Array, at: number): void {
    this.#window(ring, at);
    let from = 0;
    for (const { radix, step } of this.tables.stages) {
      if (radix === 4) this.#stage4(step, from);
      else this.#stage2(step, from);
      from += (radix - 1) * step;
    }
    this.#split();
  }

  /** A1, A2 */
  #window(ring: Int16Array, at: number): void {
    const { re, im } = this;
    const { size, length, window, order, shift } = this.tables;
    const mask = size - 1;
    const quarter = size / 4;
    const start = at + size - length;
    const real = (i: number): number => Math.imul(ring[(start + i) & mask]!, window[i]!) >> shift;
    for (let n = 0; n < quarter; n += 2) {
      const [i1, i2, i3] = [n + quarter, n + 2 * quarter, n + 3 * quarter];
      const [ar, ai, br, bi] = [real(n), real(n + 1), real(i1), real(i1 + 1)];
      const [cr, ci, dr, di] = [real(i2), real(i2 + 1), real(i3), real(i3 + 1)];
      this.#radix4(4 * order[n >> 1]!, 1, ar, ai, br, bi, cr, ci, dr, di, re, im);
    }
  }

  #radix4(
    k: number,
    step: number,
    ar: number,
    ai: number,
    br: number,
    bi: number,
    cr: number,
    ci: number,
    dr: number,
    di: number,
    re: Int32Array,
    im: Int32Array,
  ): void {
    const [pr, pi, qr, qi] = [ar + cr, ai + ci, ar - cr, ai - ci];
    const [rr, ri, sr, si] = [br + dr, bi + di, br - dr, bi - di];
    re[k] = pr + rr;
    im[k] = pi + ri;
    re[k + step] = qr + si;
    im[k + step] = qi - sr;
    re[k + 2 * step] = pr - rr;
    im[k + 2 * step] = pi - ri;
    re[k + 3 * step] = qr - si;
    im[k + 3 * step] = qi + sr;
  }

  /** A4, radix 4 */
  #stage4(step: number, from: number): void {
    const { re, im } = this;
    const [cosines, sines] = this.#twiddles;
    const half = this.tables.size / 2;
    for (let k = 0; k < step; k++) {
      const [c1, s1] = [cosines[from + k]!, sines[from + k]!];
      const [c2, s2] = [cosines[from + k + step]!, sines[from + k + step]!];
      const [c3, s3] = [cosines[from + k + 2 * step]!, sines[from + k + 2 * step]!];
      for (let a = k; a < half; a += 4 * step) {
        const [b, c, d] = [a + step, a + 2 * step, a + 3 * step];
        const br = multiplyHigh(re[b]!, c1) + multiplyHigh(im[b]!, s1);
        const bi = multiplyHigh(im[b]!, c1) - multiplyHigh(re[b]!, s1);
        const cr = multiplyHigh(re[c]!, c2) + multiplyHigh(im[c]!, s2);
        const ci = multiplyHigh(im[c]!, c2) - multiplyHigh(re[c]!, s2);
        const dr = multiplyHigh(re[d]!, c3) + multiplyHigh(im[d]!, s3);
        const di = multiplyHigh(im[d]!, c3) - multiplyHigh(re[d]!, s3);
        this.#radix4(a, step, re[a]! >> 2, im[a]! >> 2, br, bi, cr, ci, dr, di, re, im);
      }
    }
  }

  /** A4, radix 2 */
  #stage2(step: number, from: number): void {
    const { re, im } = this;
    const [cosines, sines] = this.#twiddles;
    const half = this.tables.size / 2;
    for (let first = 0; first < half; first += 2 * step)
      for (let k = 0; k < step; k++) {
        const [a, b] = [first + k, first + k + step];
        const [c, s] = [cosines[from + k]!, sines[from + k]!];
        const br = multiplyHigh(re[b]!, c) + multiplyHigh(im[b]!, s);
        const bi = multiplyHigh(im[b]!, c) - multiplyHigh(re[b]!, s);
        const [ar, ai] = [re[a]! >> 2, im[a]! >> 2];
        re[a] = ar + br;
        im[a] = ai + bi;
        re[b] = ar - br;
        im[b] = ai - bi;
      }
  }

  /** A5 */
  #split(): void {
    const { re, im } = this;
    const [cosines, sines] = this.#halves;
    const half = this.tables.size / 2;
    const [zr, zi] = [re[0]!, im[0]!];
    re[0] = (zr + zi) >> 1;
    im[0] = 0;
    re[half] = (zr - zi) >> 1;
    im[half] = 0;
    for (let k = 0; k < half / 2; k++) {
      const [up, down] = [k + 1, half - 1 - k];
      const [ar, ai, br, bi] = [re[up]!, im[up]!, re[down]!, im[down]!];
      const [er, ei, or, oi] = [(ar + br) >> 2, (ai - bi) >> 2, ai + bi, br - ar];
      const tr = multiplyHigh(or, cosines[k]!) + multiplyHigh(oi, sines[k]!);
      const ti = multiplyHigh(oi, cosines[k]!) - multiplyHigh(or, sines[k]!);
      re[down] = er - tr;
      im[down] = ti - ei;
      re[up] = er + tr;
      im[up] = ei + ti;
    }
  }
}
