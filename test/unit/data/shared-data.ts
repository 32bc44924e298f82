import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../../src/package-root.js';

/** A folder of recorded data that does not belong to the package; tests skip where it is absent, and say so once. */
export function sharedData(name: string): string {
  const path = join(process.env.RNNQ_SHARED_DATA ?? join(PACKAGE_ROOT, '../shared/data'), name);
  if (!existsSync(path)) console.warn(`tests of ${name} are skipped: there is no ${path}; see RNNQ_SHARED_DATA`);
  return path;
}
