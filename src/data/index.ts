import { dataUnknown, fail } from '../diagnostics.js';
import type { Dataset } from './dataset.js';

/** `digits`, or a diagnostic. Readers are loaded when they are asked for. */
export async function loadDataset(spec: string): Promise<Dataset> {
  if (spec === 'digits') return (await import('./digits.js')).loadDigits();
  return fail(dataUnknown(spec));
}
