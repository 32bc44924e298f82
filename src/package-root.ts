import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Absolute path of the package folder, with a trailing slash; the same from src/ (tests) and from dist/ (installed). */
export const PACKAGE_ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * The command that installs an npm package where this rnnq finds it: beside a global install, beside the rnnq that npx
 * keeps in its cache, or in the project.
 */
export function npmInstall(name: string, root = PACKAGE_ROOT): string {
  const [, prefix] = /^(.*)[/\\]node_modules[/\\]rnnq[/\\]?$/.exec(root) ?? [];
  if (prefix === undefined) return `npm i ${name}`; // a clone
  if (/[/\\]_npx[/\\]/.test(root)) return `npx -p rnnq -p ${name} rnnq, with the same arguments`;
  return existsSync(`${prefix}/package.json`) ? `npm i ${name}` : `npm i -g ${name}`;
}
