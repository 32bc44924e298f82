import type { LogMelBlock } from '../ir/front-end.js';
import { spectral } from './spectral.js';

/** Mel scale of HTK (O'Shaughnessy 1987): 2595 log10(1 + f / 700). */
export const melOf = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
export const hertzOf = (mel: number): number => 700 * (10 ** (mel / 2595) - 1);

/** Power in bands that are equally wide on the mel scale. */
export const logMel = spectral<LogMelBlock>('log-mel', ({ lowest, highest, bands }, i) => {
  const [from, to] = [melOf(lowest), melOf(highest)];
  return hertzOf(from + ((to - from) * i) / (bands + 1));
});
