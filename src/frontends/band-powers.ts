import { leadingZeros, upperHalf } from '../fixed/fixed.js';
import type { BandTables } from './band-tables.js';
import { logarithm } from './logarithm.js';

/** A6 to A8 in integers: the twin of rnnq_bands_s32_c. */
export class BandPowers {
  readonly #rising: Float64Array;
  readonly #falling: Float64Array;
  readonly #shifts: Int32Array;

  constructor(readonly tables: BandTables) {
    const segments = tables.bins.length;
    this.#rising = new Float64Array(segments);
    this.#falling = new Float64Array(segments);
    this.#shifts = new Int32Array(segments);
  }

  /** Logarithms of the bands, Q10, of a spectrum. */
  compute(re: Int32Array, im: Int32Array, values: Int32Array): void {
    const { bins, first, floor, maxShift, offset } = this.tables;
    let at = first;
    for (let s = 0; s < bins.length; s++) {
      this.#sum(s, re, im, at);
      at += bins[s]!;
    }
    const aligned = (x: number, shift: number): number => x >>> Math.min(31, 2 * shift);
    for (let band = 0; band + 1 < bins.length; band++) {
      // A7
      const [before, here] = [this.#shifts[band]!, this.#shifts[band + 1]!];
      const least = Math.min(before, here);
      const total =
        aligned(this.#rising[band]!, before - least) +
        aligned(this.#falling[band + 1]!, here - least) +
        aligned(floor, maxShift - least);
      values[band] = offset + logarithm(total | 1) - 2048 * least;
    }
  }

  /** A6 */
  #sum(s: number, re: Int32Array, im: Int32Array, from: number): void {
    const { bins, first, weights, powerShift, maxShift } = this.tables;
    const end = from + bins[s]!;
    let seen = 1;
    for (let k = from; k < end; k++) seen |= (re[k]! ^ (re[k]! >> 31)) | (im[k]! ^ (im[k]! >> 31));
    const shift = Math.min(leadingZeros(seen) - 1, maxShift);
    const half = 2 ** (powerShift - 1);
    let [sum, rising] = [0, 0];
    for (let k = from; k < end; k++) {
      const x = upperHalf(re[k]!, shift);
      const y = upperHalf(im[k]!, shift);
      const power = (x * x + y * y + half) >>> powerShift;
      sum += power;
      rising += weights[k - first]! * power;
    }
    this.#rising[s] = rising;
    this.#falling[s] = 4096 * sum - rising;
    this.#shifts[s] = shift;
  }
}
