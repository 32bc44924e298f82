import type { UnzipFileInfo } from 'fflate';
import { fail } from '../diagnostics.js';
import { importUnreadable, inFile } from './diagnostics.js';

/** Largest file of another tool that is read, and largest content of an archive, bytes. */
export const MAX_IMPORT_BYTES = 256 * 1024 * 1024;

/** A zip archive in memory. Nothing is written, so names that lead out of a folder lead nowhere. */
export interface Archive {
  readonly names: readonly string[];
  /** The contents of an entry; undefined where there is none of that name. */
  entry(name: string): Uint8Array | undefined;
}

export const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

/** @throws DiagnosticError import_unreadable, also where an archive would unpack to more than MAX_IMPORT_BYTES */
export async function openZip(path: string, bytes: Uint8Array): Promise<Archive> {
  const { unzipSync } = await import('fflate');
  const unzip = (at: string, filter: (file: UnzipFileInfo) => boolean): Readonly<Record<string, Uint8Array>> => {
    try {
      return unzipSync(bytes, { filter });
    } catch (error) {
      return fail(importUnreadable(at, `a damaged zip archive: ${(error as Error).message}`));
    }
  };
  const sizes = new Map<string, number>();
  unzip(path, ({ name, originalSize }) => {
    sizes.set(name, originalSize);
    return false;
  });
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  if (total > MAX_IMPORT_BYTES)
    fail(importUnreadable(path, `the archive unpacks to ${total} bytes, the limit is ${MAX_IMPORT_BYTES}`));
  return {
    names: [...sizes.keys()],
    entry: (name) => (sizes.has(name) ? unzip(inFile(path, name), (file) => file.name === name)[name] : undefined),
  };
}
