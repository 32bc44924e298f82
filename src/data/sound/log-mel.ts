import type { LogMelFeatures } from '../../ir/model.js';
import { FourierTransform } from './fourier.js';

/** Mel scale of HTK (O'Shaughnessy 1987): 2595 log10(1 + f / 700). */
export const melOf = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
export const hertzOf = (mel: number): number => 700 * (10 ** (mel / 2595) - 1);

/** Samples of the transform: the window, filled up with zeros to a power of two. */
export const transformSize = ({ window }: LogMelFeatures): number => 2 ** Math.ceil(Math.log2(window));

/**
 * Weights of the bands over the frequencies 0 .. transformSize / 2: triangles of height 1 whose corners are the middles
 * of their neighbours, spaced equally on the mel scale.
 */
export function melBands(features: LogMelFeatures): Float64Array[] {
  const { sampleRate, bands, lowest, highest } = features;
  const size = transformSize(features);
  const [from, to] = [melOf(lowest), melOf(highest)];
  const corner = (i: number): number => hertzOf(from + ((to - from) * i) / (bands + 1));
  return Array.from({ length: bands }, (_, band) => {
    const [low, middle, high] = [corner(band), corner(band + 1), corner(band + 2)];
    return Float64Array.from({ length: size / 2 + 1 }, (_, k) => {
      const hertz = (k * sampleRate) / size;
      return Math.max(0, Math.min((hertz - low) / (middle - low), (high - hertz) / (high - middle)));
    });
  });
}

/**
 * Computes log2(power of each mel band + floor), a frame for each hop; the power of a frequency is the squared magnitude
 * of the transform of samples in -1..1 times a periodic Hann window. Samples behind the last whole window are left out;
 * a sound shorter than one window is filled up with zeros.
 */
export class LogMel {
  readonly #transform: FourierTransform;
  readonly #window: Float64Array;
  /** Of each band, the first frequency and the weights that are not zero. */
  readonly #bands: readonly { readonly first: number; readonly weights: Float64Array }[];

  constructor(readonly features: LogMelFeatures) {
    this.#transform = new FourierTransform(transformSize(features));
    const { window } = features;
    this.#window = Float64Array.from({ length: window }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / window));
    this.#bands = melBands(features).map((weights) => {
      const first = weights.findIndex((weight) => weight > 0);
      return { first, weights: weights.slice(first, weights.findLastIndex((weight) => weight > 0) + 1) };
    });
  }

  /** @returns frames x bands, of `most` frames at most */
  compute(samples: Float64Array, most = Number.POSITIVE_INFINITY): Float64Array {
    const { window, hop, bands, floor } = this.features;
    const frames = Math.min(most, 1 + Math.floor(Math.max(0, samples.length - window) / hop));
    const values = new Float64Array(frames * bands);
    for (let frame = 0; frame < frames; frame++) {
      const piece = samples.subarray(frame * hop, frame * hop + window);
      const power = this.#transform.power(piece.map((sample, n) => sample * this.#window[n]!));
      this.#bands.forEach(({ first, weights }, band) => {
        let sum = floor;
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * power[first + k]!;
        values[frame * bands + band] = Math.log2(sum);
      });
    }
    return values;
  }
}
