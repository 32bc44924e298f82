import { fail } from '../diagnostics.js';
import type { Dataset } from './dataset.js';
import { dataUnknown } from './diagnostics.js';

/** `digits`, `gestures` or the path of a .csv file; otherwise a diagnostic. Readers are loaded when they are asked for. */
export async function loadDataset(spec: string): Promise<Dataset> {
  if (spec === 'digits') return (await import('./digits.js')).loadDigits();
  if (spec === 'gestures') return (await import('./gestures.js')).loadGestures();
  if (/\.csv$/i.test(spec)) return (await import('./csv.js')).loadCsv(spec);
  return fail(dataUnknown(spec));
}
