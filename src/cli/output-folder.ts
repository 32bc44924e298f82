import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { PackageFiles } from '../build/replay.js';
import { fail, outputNotWritable } from '../diagnostics.js';

/**
 * Writes a generated package: first into a temporary folder beside the target, then renamed, so that a failure leaves
 * what was there. Only a folder that is absent, empty, or holds a package of rnnq is replaced.
 */
export function writeOutputFolder(folder: string, files: PackageFiles): void {
  const target = resolve(folder);
  if (existsSync(target)) refuseForeign(folder, target);
  const temporary = `${target}.rnnq-${process.pid}`;
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(temporary, path)), { recursive: true });
      writeFileSync(join(temporary, path), text);
    }
    if (existsSync(target)) {
      const old = `${target}.rnnq-old-${process.pid}`;
      renameSync(target, old);
      renameSync(temporary, target);
      rmSync(old, { recursive: true });
    } else renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    fail(outputNotWritable(folder, (error as Error).message));
  }
}

function refuseForeign(folder: string, target: string): void {
  if (!statSync(target).isDirectory()) fail(outputNotWritable(folder, 'is a file'));
  const names = readdirSync(target);
  const ours =
    names.length === 0 || (names.some((name) => name.endsWith('.report.json')) && names.includes('README.md'));
  if (!ours) fail(outputNotWritable(folder, 'holds files that rnnq did not write'));
}

/** Writes one file under a temporary name and renames it. */
export function writeOutputFile(path: string, text: string): void {
  const temporary = `${path}.rnnq-${process.pid}`;
  try {
    mkdirSync(dirname(resolve(path)), { recursive: true });
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    fail(outputNotWritable(path, (error as Error).message));
  }
}

/** Complains before a long computation where its result could not be written. */
export function checkWritable(path: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) fail(outputNotWritable(path, 'is a folder'));
  try {
    mkdirSync(dirname(resolve(path)), { recursive: true });
    accessSync(dirname(resolve(path)), constants.W_OK);
  } catch (error) {
    fail(outputNotWritable(path, (error as Error).message));
  }
}
