/**
 * Discrete Fourier transform of real samples, whose number is a power of two: radix 2, decimation in time (Cooley and
 * Tukey 1965).
 */
export class FourierTransform {
  readonly #cosine: Float64Array;
  readonly #sine: Float64Array;
  readonly #real: Float64Array;
  readonly #imaginary: Float64Array;

  constructor(readonly size: number) {
    const angles = Float64Array.from({ length: size / 2 }, (_, k) => (2 * Math.PI * k) / size);
    this.#cosine = angles.map(Math.cos);
    this.#sine = angles.map(Math.sin);
    this.#real = new Float64Array(size);
    this.#imaginary = new Float64Array(size);
  }

  /** Squared magnitudes of the frequencies 0 .. size / 2; missing samples are zero. */
  power(samples: Float64Array): Float64Array {
    this.#real.fill(0).set(samples);
    this.#imaginary.fill(0);
    this.#reverseBits();
    for (let half = 1; half < this.size; half *= 2) this.#combine(half);
    const [re, im] = [this.#real, this.#imaginary];
    return re.subarray(0, this.size / 2 + 1).map((x, k) => x * x + im[k]! * im[k]!);
  }

  /** Samples in the order of their index read backwards in binary. */
  #reverseBits(): void {
    for (let i = 0, j = 0; i < this.size; i++) {
      if (i < j) [this.#real[i], this.#real[j]] = [this.#real[j]!, this.#real[i]!];
      let bit = this.size / 2;
      while (bit >= 1 && j & bit) {
        j ^= bit;
        bit /= 2;
      }
      j |= bit;
    }
  }

  /** Transforms of length `half` in pairs to those of twice the length. */
  #combine(half: number): void {
    const re = this.#real;
    const im = this.#imaginary;
    const cosine = this.#cosine;
    const sine = this.#sine;
    const stride = this.size / (2 * half);
    for (let start = 0; start < this.size; start += 2 * half)
      for (let k = 0; k < half; k++) {
        const even = start + k;
        const odd = even + half;
        const c = cosine[k * stride]!;
        const s = sine[k * stride]!;
        const x = re[odd]! * c + im[odd]! * s;
        const y = im[odd]! * c - re[odd]! * s;
        re[odd] = re[even]! - x;
        im[odd] = im[even]! - y;
        re[even]! += x;
        im[even]! += y;
      }
  }
}
