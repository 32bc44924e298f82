import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Diagnostic, fail, outputNotWritable } from '../diagnostics.js';
import { systemReason } from '../system-errors.js';

/** Makes a complaint of an output that cannot be written, from its name and the reason. */
export type Complain = (at: string, reason: string) => Diagnostic;

/** Contents of a file; `mode` are the permissions of a new file before the umask. */
export interface Contents {
  readonly data: string | Uint8Array;
  readonly mode?: number;
}

/** Name of a temporary file in the folder of the file that it becomes. */
export const temporaryName = (token: string, index: number | ''): string => `${TEMPORARY}${token}-${index}`;

export const TEMPORARY = '.rnnq-';

/**
 * Makes a folder and its ancestors; gives the first that was not there. Not mkdirSync's own `recursive`, which never ends
 * where an existing folder answers ENOENT, as /proc does.
 */
export function makeFolders(path: string): string | undefined {
  const missing: string[] = [];
  for (let folder = resolve(path); !isThere(folder); folder = dirname(folder)) missing.unshift(folder);
  for (const folder of missing) {
    try {
      mkdirSync(folder);
    } catch (error) {
      // another process may have been faster
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  return missing[0];
}

/** What the system answers where a part of a path is a file, or a circle of symbolic links. */
const NO_WAY_THERE: ReadonlySet<string> = new Set(['ENOTDIR', 'ELOOP']);

/** Whether there is an entry of that name; a link to nowhere is one. */
export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (NO_WAY_THERE.has((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Writes a new file and waits until its contents are on the disk. An Error where there is one of that name. */
export function writeNew(path: string, { data, mode = 0o666 }: Contents): void {
  const file = openSync(path, 'wx', mode);
  try {
    writeFileSync(file, data);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Writes a file under a temporary name beside it and renames it: there is the old one or the new one, never a part. */
export function replaceFile(path: string, contents: Contents, temporary: string): void {
  try {
    makeFolders(dirname(path));
    writeNew(temporary, contents);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** A folder that was named for output, behind symbolic links; it need not exist. */
export const realFolder = (path: string, complain: Complain = outputNotWritable): string =>
  realOutput(path, complain, (found) => (found.isDirectory() ? null : 'is not a folder'));

/** A file that was named for output, behind symbolic links; it need not exist. */
export const realFile = (path: string, complain: Complain = outputNotWritable): string =>
  realOutput(path, complain, (found) => {
    if (found.isDirectory()) return 'is a folder';
    return found.isFile() ? null : 'is not a regular file';
  });

function realOutput(path: string, complain: Complain, wrong: (found: Stats) => string | null): string {
  if (path === '') fail(complain('""', 'the path is empty'));
  return guarded(path, complain, () => {
    // a/../b is b also where there is no a: it will be written there
    const there = statSync(path, { throwIfNoEntry: false }) === undefined ? resolve(path) : path;
    const found = statSync(there, { throwIfNoEntry: false });
    if (found === undefined) {
      if (lstatSync(there, { throwIfNoEntry: false })?.isSymbolicLink())
        fail(complain(path, 'is a symbolic link to nowhere'));
      return there;
    }
    const reason = wrong(found);
    return reason === null ? realpathSync(there) : fail(complain(path, reason));
  });
}

/** Runs work on files; what the file system refuses becomes a Diagnostic. */
export function guarded<T>(at: string, complain: Complain, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    return fail(complain(at, systemReason(error as NodeJS.ErrnoException)));
  }
}

/** The nearest ancestor of a path that exists, the path itself included. */
export function nearestExisting(path: string): string {
  let folder = resolve(path);
  while (!isThere(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/** Where an absolute path of an existing or new file leads, for comparison. */
export function identityOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
