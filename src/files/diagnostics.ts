import type { Diagnostic } from '../diagnostics.js';

// What can be in the way of a file that rnnq writes.

/** Something that is in the place of a file to write or to remove. */
export interface Obstacle {
  readonly path: string;
  /** As in "is a folder". */
  readonly why: string;
}

const MAX_NAMED = 5;

/** The first few of a list, and how many there are beside them. */
export function someOf(names: readonly string[]): string {
  const rest = names.length - MAX_NAMED;
  return `${names.slice(0, MAX_NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

export const filesInTheWay = (folder: string, obstacles: readonly Obstacle[]): Diagnostic => ({
  code: 'files_in_the_way',
  at: folder,
  message: `${obstacles.length} ${obstacles.length === 1 ? 'file is' : 'files are'} in the way: ${someOf(
    obstacles.map(({ path, why }) => `${path} (${why})`),
  )}`,
  hint: '--force replaces them; nothing has been written',
});

/** As filesInTheWay, for what --force does not replace either. */
export const outputBlocked = (folder: string, obstacles: readonly Obstacle[]): Diagnostic => ({
  code: 'output_blocked',
  at: folder,
  message: someOf(obstacles.map(({ path, why }) => `${path} ${why}`)),
  hint: 'rnnq neither replaces these nor writes through them: move them, or name another folder; nothing has been written',
});

export const folderNotOwned = (folder: string, count: number, packageLike: boolean): Diagnostic => ({
  code: 'output_not_writable',
  at: folder,
  message: packageLike
    ? `it holds a package without a manifest (an earlier rnnq wrote none), so that its ${count} entries cannot be told from yours`
    : `it holds ${count} ${count === 1 ? 'entry' : 'entries'} that rnnq did not write`,
  hint: 'name a folder that is absent, empty, or written by rnnq; --force writes among them and replaces those in the way',
});

export const folderInUse = (folder: string): Diagnostic => ({
  code: 'folder_in_use',
  at: folder,
  message: 'another rnnq process is writing there',
  hint: 'wait until it has ended, or name another folder',
});

export const manifestBroken = (path: string, reason: string): Diagnostic => ({
  code: 'manifest_broken',
  at: path,
  message: `no manifest of rnnq can be read here: ${reason}`,
  hint: 'delete this file; rnnq then takes the files of its package for yours, and --force replaces them',
});

export const outputExists = (path: string, run: string): Diagnostic => ({
  code: 'output_exists',
  at: path,
  message: `it exists, and is not as the training of ${run} wrote it`,
  hint: 'name another file with -o, or replace it with --force',
});
