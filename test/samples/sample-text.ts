import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/package-root.js';

/** Text of the model.json of a sample, a folder beside this file. */
export const sampleText = (name: string): string =>
  readFileSync(join(PACKAGE_ROOT, 'test', 'samples', name, 'model.json'), 'utf8');

/** Names of all samples. */
export const SAMPLES: readonly string[] = readdirSync(join(PACKAGE_ROOT, 'test', 'samples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();
