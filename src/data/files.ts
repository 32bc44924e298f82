import { isUtf8 } from 'node:buffer';
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fail, fileTooLarge, fileUnreadable } from '../diagnostics.js';
import { readInputFile } from '../read-file.js';
import { systemReason } from '../system-errors.js';
import { gzDamaged, textNotUtf8 } from './diagnostics.js';
import { type Part, partOfWord } from './recording.js';

/** Of one file of data, unpacked. */
const MAX_FILE_BYTES = 256 * 2 ** 20;
/** All bytes of a file; those of a .gz file unpacked. */
export function readBytes(path: string, limit = MAX_FILE_BYTES): Buffer {
  const bytes = readInputFile(path, limit);
  return /\.gz$/i.test(path) ? unpack(path, bytes, limit) : bytes;
}

function unpack(path: string, bytes: Buffer, limit: number): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: limit });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') fail(fileTooLarge(path, limit + 1, limit));
    return fail(gzDamaged(path, message));
  }
}

/** The place of the first byte that is no UTF-8. */
export function utf8Fault(bytes: Buffer): number {
  // such a byte becomes U+FFFD, which has other bytes
  const again = Buffer.from(bytes.toString('utf8'));
  return again.findIndex((byte, i) => byte !== bytes[i]);
}

/** The text of a UTF-8 file without its byte order mark. */
export function readText(path: string, limit = MAX_FILE_BYTES): string {
  const bytes = readBytes(path, limit);
  if (!isUtf8(bytes)) fail(textNotUtf8(path, utf8Fault(bytes)));
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

/** False also for what cannot be looked at, such as a circle of symbolic links: reading it then says why. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** A file in a folder of data. */
export interface FolderFile {
  readonly path: string;
  /** Below the folder, with slashes, without the folder of its part. */
  readonly name: string;
  readonly part?: Part;
}

/**
 * All files below a folder whose names match and are not skipped, in the order of their names; hidden ones, READMEs and
 * licences are left out. Where every file lies in a folder called train, validation or test, two of them at least, those
 * are the parts.
 */
export function listFiles(
  folder: string,
  wanted: RegExp,
  skipped: (name: string) => boolean = () => false,
): FolderFile[] {
  const names = namesBelow(folder).filter((name) => wanted.test(name) && !skipped(name));
  const parts = names.map((name) => (name.includes('/') ? partOfWord(name.split('/')[0]!) : undefined));
  const divided = !parts.includes(undefined) && new Set(parts).size > 1;
  return names.map((name, i) => {
    const path = join(folder, name);
    return divided ? { path, name: name.slice(name.indexOf('/') + 1), part: parts[i]! } : { path, name };
  });
}

/** Names of all files below a folder, with slashes; linked folders are followed, each folder once on a path. */
export function namesBelow(folder: string): string[] {
  const names: string[] = [];
  const walk = (below: string, above: readonly string[]): void => {
    const own = realpathSync(join(folder, below));
    if (above.includes(own)) return;
    for (const entry of readdirSync(own, { withFileTypes: true })) {
      const name = below + entry.name;
      if (/^(\.|readme|licen[cs]e)/i.test(entry.name)) continue;
      if (entry.isDirectory() || (entry.isSymbolicLink() && isFolder(join(folder, name))))
        walk(`${name}/`, [...above, own]);
      else names.push(name);
    }
  };
  try {
    walk('', []);
    return names.sort();
  } catch (error) {
    return fail(fileUnreadable(folder, systemReason(error as NodeJS.ErrnoException)));
  }
}
