import { someOf } from '../files/diagnostics.js';
import { type OwnedFiles, OwnedFolder } from '../files/owned-folder.js';
import type { Contents } from '../files/write-file.js';

/** What a command that writes a package says of its folder. */
export interface Output {
  readonly folder: string;
  /** Name of the package. */
  readonly name: string;
  readonly force: boolean;
  /** Files that the command reads. */
  readonly inputs: readonly string[];
}

/** Writes the files into a folder that the caller has locked; prints what was replaced of others. */
export function writeOwned(owned: OwnedFolder, files: OwnedFiles, { folder, name, force, inputs }: Output): void {
  const { forced, takenOver, others } = owned.write(files, { force, inputs });
  const say = (text: string) => process.stderr.write(`${folder}: ${text}\n`);
  if (forced.length > 0) say(`replaced ${someOf(forced)}, changed or not written by rnnq`);
  if (others.length > 0) say(`holds the ${others.length > 1 ? 'packages' : 'package'} of ${others.join(', ')} too`);
  if (takenOver.length > 0) say(`${someOf(takenOver)} of it now ${takenOver.length > 1 ? 'are' : 'is'} of ${name}`);
}

/** Locks a folder, checks that it may be written, and does the work. */
export async function inOutputFolder<T>(
  { folder, name, force }: Output,
  work: (owned: OwnedFolder) => T | Promise<T>,
): Promise<T> {
  const owned = new OwnedFolder(folder, name);
  owned.check({ force });
  const release = await owned.lock();
  try {
    owned.check({ force });
    return await work(owned);
  } finally {
    release();
  }
}

/** Texts as files of a package. */
export const asFiles = (texts: ReadonlyMap<string, string>): Map<string, Contents> =>
  new Map(Array.from(texts, ([path, data]) => [path, { data }]));
