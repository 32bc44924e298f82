import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../diagnostics.js';
import { manifestBroken } from './diagnostics.js';
import { CONTROL } from './lock.js';

/**
 * The files of one package in a folder, as rnnq wrote them. While they are being replaced a file has two hashes, the old
 * and the new, and `writing` names the temporary files: whatever moment a kill comes at, each file has a hash of the
 * list or is not the work of rnnq.
 */
export interface Manifest {
  readonly name: string;
  /** Part of the names of temporary files; null when all is in place. */
  readonly writing: string | null;
  /** Path below the folder, with slashes -> SHA-256 of its contents. */
  readonly files: ReadonlyMap<string, readonly string[]>;
}

const FORMAT = 'rnnq-manifest';
const VERSION = 1;
const MAX_BYTES = 1 << 20;
const HASH = /^[0-9a-f]{64}$/;
const TOKEN = /^[0-9a-f]{16}$/;
/** No absolute path, no empty, `.` or `..` part, no backslash or drive, nothing below .rnnq itself. */
const PATH = /^(?!\.rnnq(\/|$))(?!.*(^|\/)\.{0,2}(\/|$))[^\\:\0]+$/s;

export const manifestPath = (folder: string, name: string): string => join(folder, CONTROL, `${name}.json`);

export const hashOf = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** SHA-256 of a regular file, read in pieces; an Error for anything else, whose opening does not block. */
export function hashOfFile(path: string): string {
  const hash = createHash('sha256');
  const piece = Buffer.alloc(1 << 16);
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!fstatSync(file).isFile())
      throw Object.assign(new Error('it is not a regular file'), { syscall: 'open', code: 'ENOTREG' });
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) hash.update(piece.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

/** All manifests of a folder. */
export function readManifests(folder: string): Manifest[] {
  const control = join(folder, CONTROL);
  if (lstatSync(control, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const names = readdirSync(control).flatMap((file) => /^([A-Za-z]\w*)\.json$/.exec(file)?.[1] ?? []);
  return names.sort().map((name) => readManifest(manifestPath(folder, name), name));
}

function readManifest(path: string, name: string): Manifest {
  try {
    const { size } = regularFile(path);
    if (size > MAX_BYTES) throw new Error(`it has ${size} bytes`);
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!isRecord(value) || value.format !== FORMAT) throw new Error('it is of another format');
    if (value.version !== VERSION) throw new Error(`its version is not ${VERSION}`);
    const { writing = null, files } = value;
    if (writing !== null && !(typeof writing === 'string' && TOKEN.test(writing)))
      throw new Error('"writing" is out of range');
    if (!isRecord(files)) throw new Error('it has no list of files');
    return { name, writing, files: new Map(Object.entries(files).map(checkedEntry)) };
  } catch (error) {
    return fail(manifestBroken(path, (error as Error).message));
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function checkedEntry([path, hashes]: [string, unknown]): [string, readonly string[]] {
  if (!PATH.test(path)) throw new Error(`${JSON.stringify(path.slice(0, 80))} leads out of the folder`);
  const right = Array.isArray(hashes) && hashes.every((hash) => typeof hash === 'string' && HASH.test(hash));
  if (!right) throw new Error(`${JSON.stringify(path.slice(0, 80))} has no SHA-256`);
  return [path, hashes as string[]];
}

/** What lstat says of a regular file; an Error for folders, links, FIFOs and devices, which are not opened. */
export function regularFile(path: string) {
  const found = lstatSync(path);
  if (!found.isFile()) throw new Error('it is not a regular file');
  return found;
}

/** The text of a manifest; the same for the same files, without dates. */
export function manifestText({ writing, files }: Manifest): string {
  const sorted = Object.fromEntries([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ format: FORMAT, version: VERSION, ...(writing && { writing }), files: sorted }, null, 2)}\n`;
}
