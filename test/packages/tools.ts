import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';

/** Runs a tool; its output is in the message of the error where it fails. */
export const run = (file: string, args: readonly string[], cwd: string) => execa(file, args, { cwd, all: true });

/** Whether all tools are there; if not, says loudly that a test is skipped. */
export function has(...tools: readonly string[]): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const missing = tools.filter((tool) => !folders.some((folder) => existsSync(join(folder, tool))));
  if (missing.length > 0) console.warn(`SKIPPED: a test of packages, because ${missing.join(', ')} is missing`);
  return missing.length === 0;
}
