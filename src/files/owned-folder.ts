import { accessSync, constants, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail, outputNotWritable } from '../diagnostics.js';
import { filesInTheWay, folderInUse, folderNotOwned, type Obstacle, outputBlocked } from './diagnostics.js';
import { CONTROL, FolderLock, token } from './lock.js';
import { type Manifest, manifestPath, manifestText, readManifests } from './manifest.js';
import { checkReplacement, foreignAt, type Replacement, sameFile } from './replacement.js';
import {
  type Complain,
  type Contents,
  guarded,
  isThere,
  makeFolders,
  nearestExisting,
  realFolder,
  replaceFile,
  TEMPORARY,
  temporaryName,
  writeNew,
} from './write-file.js';

/** Path below the folder, with slashes -> contents. */
export type OwnedFiles = ReadonlyMap<string, Contents>;

export interface WriteOptions {
  /** Replaces files in the way that were changed or are not the work of rnnq. */
  readonly force?: boolean;
  /** Files that are never replaced, not even by force: what the command reads. */
  readonly inputs?: readonly string[];
  /** The files are some of the package, the others stay. */
  readonly partial?: boolean;
}

/** What a write did beside writing; paths below the folder. */
export interface WriteReport {
  /** By force. */
  readonly forced: readonly string[];
  /** Files of other packages in the folder that differed and were taken over. */
  readonly takenOver: readonly string[];
  /** The other packages in the folder. */
  readonly others: readonly string[];
}

/** What may be in a new repository, on a new file system, or was left by a killed rnnq. */
const OF_EMPTY_FOLDERS: ReadonlySet<string> = new Set([
  ...[CONTROL, '.git', '.gitignore', '.gitattributes', '.gitkeep', '.DS_Store', 'lost+found'],
]);

/**
 * The files of one package in a folder that may hold files of others: the user's, and packages of other names. A
 * manifest has the hash of every file that was written. A file is replaced or removed only as long as it has that hash.
 * New contents are first written under temporary names, all of them; then files are renamed, one after the other: on a
 * full disk nothing has changed, and after a kill the next write completes the package.
 */
export class OwnedFolder {
  readonly #real: string;
  #lock: FolderLock | null = null;
  #holders = 0;

  /** `name` is that of the package, `path` the folder as the user gave it. */
  constructor(
    readonly path: string,
    readonly name: string,
    readonly complain: Complain = outputNotWritable,
  ) {
    this.#real = realFolder(path, complain);
  }

  /** Complains, before any work, of a folder that cannot be written or is not rnnq's. Changes nothing. */
  check({ force = false, partial = false }: WriteOptions = {}): void {
    this.#guard(() => {
      accessSync(nearestExisting(this.#real), constants.W_OK);
      if (!isThere(this.#real)) return;
      const manifests = readManifests(this.#real);
      if (manifests.length > 0 || force || partial) return;
      const foreign = readdirSync(this.#real).filter((entry) => this.#isForeign(entry));
      const packageLike = foreign.includes('README.md') && foreign.some((entry) => entry.endsWith('.report.json'));
      if (foreign.length > 0) fail(folderNotOwned(this.path, foreign.length, packageLike));
    });
  }

  /** Whether an entry makes a folder one of the user's. */
  #isForeign(entry: string): boolean {
    if (OF_EMPTY_FOLDERS.has(entry)) return false;
    try {
      return !isThere(join(this.#real, entry, CONTROL));
    } catch {
      return true; // what may not be looked into is not rnnq's
    }
  }

  /** Keeps other processes out until the returned function is called; may be nested. */
  async lock(): Promise<() => void> {
    this.#lock ??= await FolderLock.take(
      this.#real,
      (reason) => this.complain(this.path, reason),
      folderInUse(this.path),
    );
    this.#holders++;
    return () => {
      if (--this.#holders > 0) return;
      this.#lock?.release();
      this.#lock = null;
    };
  }

  /** Makes the files the package's files, or says what is in the way. Needs the lock. */
  write(files: OwnedFiles, options: WriteOptions = {}): WriteReport {
    const { force = false, partial = false } = options;
    return this.#guard(() => {
      const manifests = this.#settledManifests();
      const own = manifests.find(({ name }) => name === this.name);
      const plan = checkReplacement({
        folder: this.#real,
        files,
        own,
        manifests,
        partial,
        inputs: options.inputs ?? [],
      });
      if (plan.blocked.length > 0) fail(outputBlocked(this.path, plan.blocked));
      if (plan.inTheWay.length > 0 && !force) fail(filesInTheWay(this.path, plan.inTheWay));
      this.#replace(files, plan, own, partial);
      return {
        forced: plan.inTheWay.map(({ path }) => path),
        takenOver: plan.takenOver,
        others: manifests.filter(({ name }) => name !== this.name).map(({ name }) => name),
      };
    });
  }

  /** Hashes of a file that rnnq wrote. */
  hashes(path: string): readonly string[] {
    return this.#guard(() => readManifests(this.#real).flatMap(({ files }) => files.get(path) ?? []));
  }

  /** Which of these files were changed since rnnq wrote them, or are not its work. */
  foreign(paths: readonly string[]): Obstacle[] {
    return this.#guard(() => paths.flatMap((path) => foreignAt(this.#real, path, this.hashes(path))));
  }

  /** Declares files as written by rnnq, with these hashes. Needs the lock. */
  adopt(hashes: ReadonlyMap<string, string>): void {
    this.#guard(() => {
      const own = this.#settledManifests().find(({ name }) => name === this.name);
      const files = new Map(own?.files);
      for (const [path, hash] of hashes) files.set(path, [...new Set([...(files.get(path) ?? []), hash])]);
      this.#writeManifest({ name: this.name, writing: null, files });
    });
  }

  /**
   * The manifests, after the temporary files of killed writes are gone: their names are in the manifests, and whatever
   * is temporary in rnnq's own folder is rnnq's.
   */
  #settledManifests(): Manifest[] {
    const manifests = readManifests(this.#real);
    const remove = (folder: string, prefix: string) => {
      const place = join(this.#real, folder);
      if (!isThere(place)) return;
      for (const entry of readdirSync(place)) if (entry.startsWith(prefix)) rmSync(join(place, entry), { force: true });
    };
    remove(CONTROL, TEMPORARY);
    for (const { writing, files } of manifests) {
      if (writing === null) continue;
      for (const folder of new Set([...files.keys()].map((path) => dirname(path))))
        remove(folder, temporaryName(writing, ''));
    }
    return manifests;
  }

  #replace(files: OwnedFiles, plan: Replacement, own: Manifest | undefined, partial: boolean): void {
    const writing = token();
    const kept = partial ? [...(own?.files ?? [])].filter(([path]) => !files.has(path)) : [];
    const hashes = new Map([...plan.hashes].map(([path, hash]) => [path, [hash]] as const));
    const after: Manifest = { name: this.name, writing: null, files: new Map([...kept, ...hashes]) };
    const during = new Map<string, readonly string[]>(own?.files);
    for (const [path, hash] of plan.hashes) during.set(path, [...new Set([...(plan.present.get(path) ?? []), hash])]);
    this.#writeManifest({ name: this.name, writing, files: during });

    const real = (path: string) => join(this.#real, path);
    const pending: { readonly temporary: string; readonly target: string }[] = [];
    const made: string[] = [];
    const prepare = (target: string, contents: Contents) => {
      if (makeFolders(dirname(target)) !== undefined) made.push(dirname(target));
      const temporary = join(dirname(target), temporaryName(writing, pending.length));
      pending.push({ temporary, target });
      writeNew(temporary, contents);
    };
    try {
      for (const path of plan.write) prepare(real(path), files.get(path)!);
      prepare(manifestPath(this.#real, this.name), { data: manifestText(after) });
    } catch (error) {
      for (const { temporary } of pending) rmSync(temporary, { force: true });
      for (const folder of made) removeEmptyFolders(folder, this.#real);
      if (own === undefined) rmSync(manifestPath(this.#real, this.name));
      throw error;
    }
    for (const path of plan.remove) this.#remove(path, plan.write);
    for (const { temporary, target } of pending) renameSync(temporary, target);
  }

  /** Removes a file that the package no longer has, and the folders that it leaves empty. */
  #remove(path: string, write: readonly string[]): void {
    const file = join(this.#real, path);
    // on a disk that ignores case a new file may be the old one under another spelling
    const respelled = write.find((other) => other.toLowerCase() === path.toLowerCase());
    if (respelled !== undefined && sameFile(file, join(this.#real, respelled))) return;
    rmSync(file);
    removeEmptyFolders(dirname(file), this.#real);
  }

  #writeManifest(manifest: Manifest): void {
    const path = manifestPath(this.#real, this.name);
    const temporary = temporaryName(manifest.writing ?? token(), 0);
    replaceFile(path, { data: manifestText(manifest) }, join(dirname(path), temporary));
  }

  #guard<T>(work: () => T): T {
    return guarded(this.path, this.complain, work);
  }
}

/** Removes a folder and its ancestors below `root` as far as they are empty. */
function removeEmptyFolders(folder: string, root: string): void {
  try {
    for (let empty = folder; empty !== root; empty = dirname(empty)) rmdirSync(empty);
  } catch {
    // not empty
  }
}
