import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Obstacle } from './diagnostics.js';
import { hashOf, hashOfFile, type Manifest } from './manifest.js';
import { type Contents, identityOf } from './write-file.js';

interface Request {
  readonly folder: string;
  readonly files: ReadonlyMap<string, Contents>;
  /** The package's own manifest, and those of all packages in the folder. */
  readonly own: Manifest | undefined;
  readonly manifests: readonly Manifest[];
  readonly partial: boolean;
  readonly inputs: readonly string[];
}

/** What it takes to make files the files of a package; paths below the folder. */
export interface Replacement {
  /** Files that are missing or have other contents. */
  readonly write: readonly string[];
  /** Files that the package had and no longer has. */
  readonly remove: readonly string[];
  readonly takenOver: readonly string[];
  /** What force replaces. */
  readonly inTheWay: readonly Obstacle[];
  /** What nothing replaces. */
  readonly blocked: readonly Obstacle[];
  /** Hash of each new file. */
  readonly hashes: ReadonlyMap<string, string>;
  /** The hash that rnnq's present file in that place has. */
  readonly present: ReadonlyMap<string, readonly string[]>;
}

/** Whether two paths lead to one file. */
export function sameFile(a: string, b: string): boolean {
  const [one, other] = [a, b].map((path) => lstatSync(path, { throwIfNoEntry: false }));
  return one !== undefined && other !== undefined && one.ino === other.ino && one.dev === other.dev;
}

/** Compares a folder with the files it shall have. Changes nothing. */
export function checkReplacement({ folder, files, own, manifests, partial, inputs }: Request): Replacement {
  const write: string[] = [];
  const remove: string[] = [];
  const takenOver: string[] = [];
  const inTheWay: Obstacle[] = [];
  const blocked: Obstacle[] = [];
  const hashes = new Map<string, string>();
  const present = new Map<string, readonly string[]>();
  const protectedFiles = new Set(inputs.map(identityOf));
  const knownOf = (path: string) => manifests.flatMap((manifest) => manifest.files.get(path) ?? []);

  for (const [path, { data }] of files) {
    const hash = hashOf(data);
    hashes.set(path, hash);
    const broken = brokenParent(folder, path);
    if (broken !== null) {
      if (!blocked.some((obstacle) => obstacle.path === broken.path)) blocked.push(broken);
      continue;
    }
    const found = look(join(folder, path));
    if (found.kind === 'folder') blocked.push({ path, why: 'is a folder' });
    else if (found.kind === 'nothing') write.push(path);
    else if (found.kind !== 'file') {
      write.push(path);
      inTheWay.push({ path, why: found.kind });
    } else if (found.hash === hash) present.set(path, [found.hash]);
    else if (protectedFiles.has(identityOf(join(folder, path))))
      blocked.push({ path, why: 'is what the command reads' });
    else {
      write.push(path);
      const known = knownOf(path);
      if (!known.includes(found.hash))
        inTheWay.push({ path, why: known.length > 0 ? 'changed' : 'not written by rnnq' });
      else {
        present.set(path, [found.hash]);
        if (!own?.files.get(path)?.includes(found.hash)) takenOver.push(path);
      }
    }
  }

  const others = new Set(manifests.flatMap((manifest) => (manifest === own ? [] : [...manifest.files.keys()])));
  for (const [path, known] of partial ? [] : (own?.files ?? [])) {
    if (files.has(path) || others.has(path) || brokenParent(folder, path) !== null) continue;
    const found = look(join(folder, path));
    if (found.kind !== 'file') continue;
    remove.push(path);
    if (!known.includes(found.hash)) inTheWay.push({ path, why: 'changed, and no longer part of the package' });
  }
  return { write, remove, takenOver, inTheWay, blocked, hashes, present };
}

/** What is in the place of a file and is not as rnnq wrote it; `known` are the hashes that rnnq's file may have. */
export function foreignAt(folder: string, path: string, known: readonly string[]): Obstacle[] {
  const found = look(join(folder, path));
  if (found.kind === 'nothing') return [];
  if (found.kind !== 'file') return [{ path, why: found.kind === 'folder' ? 'a folder' : found.kind }];
  if (known.includes(found.hash)) return [];
  return [{ path, why: known.length > 0 ? 'changed' : 'not written by rnnq' }];
}

type Found =
  | { readonly kind: 'nothing' | 'folder' | 'a symbolic link' | 'not a regular file' }
  | { readonly kind: 'file'; readonly hash: string };

function look(path: string): Found {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return { kind: 'nothing' };
  if (found.isDirectory()) return { kind: 'folder' };
  if (found.isSymbolicLink()) return { kind: 'a symbolic link' };
  return found.isFile() ? { kind: 'file', hash: hashOfFile(path) } : { kind: 'not a regular file' };
}

/** The first folder on the way to a file that is something else; symbolic links would lead out of the folder. */
function brokenParent(folder: string, path: string): Obstacle | null {
  const parents: string[] = [];
  for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) parents.unshift(parent);
  for (const parent of parents) {
    const found = lstatSync(join(folder, parent), { throwIfNoEntry: false });
    if (found === undefined) return null;
    if (!found.isDirectory())
      return { path: parent, why: found.isSymbolicLink() ? 'is a symbolic link' : 'is not a folder' };
  }
  return null;
}
