import { readFileSync } from 'node:fs';
import { PACKAGE_ROOT } from './package-root.js';

/** The version in package.json. */
export const VERSION: string = (JSON.parse(readFileSync(`${PACKAGE_ROOT}package.json`, 'utf8')) as { version: string })
  .version;
