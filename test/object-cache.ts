import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Objects of C files that the suite has compiled (src/build/object-cache.ts). */
export const OBJECT_CACHE = join(import.meta.dirname, '..', 'node_modules', '.cache', 'rnnq-objects');

const WEEK_MS = 7 * 24 * 3600 * 1000;

/** Before the suite: objects that no test has used for a week are removed. */
export default function removeOldObjects(): void {
  if (!existsSync(OBJECT_CACHE)) return;
  for (const first of readdirSync(OBJECT_CACHE))
    for (const key of readdirSync(join(OBJECT_CACHE, first))) {
      const folder = join(OBJECT_CACHE, first, key);
      if (statSync(folder).mtimeMs < Date.now() - WEEK_MS) rmSync(folder, { recursive: true });
    }
}
