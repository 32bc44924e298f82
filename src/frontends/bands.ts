import type { BandsBlock } from '../ir/front-end.js';
import { spectral } from './spectral.js';

/** Power in bands that are equally wide in Hz. */
export const bands = spectral<BandsBlock>(
  'bands',
  ({ lowest, highest, bands: count }, i) => lowest + ((highest - lowest) * i) / (count + 1),
);
