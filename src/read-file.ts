import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { fail, fileTooLarge, fileUnreadable } from './diagnostics.js';
import { systemReason } from './system-errors.js';

/** Bytes asked of the file system at once where a file does not tell its size. */
const CHUNK_BYTES = 1 << 16;

/** Device and inode of every file that this command has read. */
const filesRead = new Set<string>();
const identity = ({ dev, ino }: Stats): string => `${dev}:${ino}`;

/**
 * A command begins. What an earlier one of this process has read is not its input; and a file system gives the inode of a
 * removed file to the next new one.
 */
export const forgetFilesRead = (): void => filesRead.clear();

/** Whether a path leads to a file that this command has read, by whatever name: a command never replaces such a file. */
export function wasRead(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && filesRead.has(identity(found));
}

/**
 * All bytes of a file that the user named. Every file of the user's is read here: only a regular file is opened, so
 * that no pipe, terminal or device can block or never end, and no more than `limit` bytes are read, whatever size the
 * file claims to have or grows to meanwhile.
 * @throws DiagnosticError file_unreadable or file_too_large
 */
export function readInputFile(path: string, limit: number): Buffer {
  const file = openInput(path);
  try {
    return refusing(path, () => readAll(file, path, limit));
  } finally {
    closeSync(file);
  }
}

/**
 * The bytes of a file that the user named, of any size, in blocks of `size` bytes; the last one is shorter. Each block is
 * memory of its own.
 * @throws DiagnosticError file_unreadable
 */
export function* readInputBlocks(path: string, size: number): Generator<Buffer> {
  const file = openInput(path);
  try {
    for (;;) {
      const block = Buffer.allocUnsafeSlow(size);
      let length = 0;
      for (let count = 1; count > 0 && length < size; length += count)
        count = refusing(path, () => readSync(file, block, length, size - length, null));
      if (length > 0) yield block.subarray(0, length);
      if (length < size) return;
    }
  } finally {
    closeSync(file);
  }
}

/** Bytes of a file, as the file system says; 0 where it says nothing. */
export const sizeOfFile = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

function openInput(path: string): number {
  return refusing(path, () => {
    const kind = kindOf(statSync(path));
    if (kind !== null) return fail(fileUnreadable(path, `it is ${kind}, not a file`));
    // should a pipe take the place of the file after this look, opening it does not block
    const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    filesRead.add(identity(fstatSync(file)));
    return file;
  });
}

/** Runs a call of the file system; what it refuses is a diagnostic. */
function refusing<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // an odd path, with a zero byte for example, is refused by Node itself
    if (code === undefined) throw error;
    return fail(fileUnreadable(path, systemReason(error as NodeJS.ErrnoException)));
  }
}

/** What a path leads to, where it is not a regular file. */
function kindOf(stats: Stats): string | null {
  if (stats.isFile()) return null;
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}

function readAll(file: number, path: string, limit: number): Buffer {
  const { size } = fstatSync(file);
  if (size > limit) fail(fileTooLarge(path, size, limit));
  let bytes = Buffer.allocUnsafe(Math.max(size, CHUNK_BYTES) + 1);
  let length = 0;
  for (;;) {
    const count = readSync(file, bytes, length, bytes.length - length, null);
    if (count === 0) return bytes.subarray(0, length);
    length += count;
    if (length > limit) fail(fileTooLarge(path, length, limit));
    if (length === bytes.length) bytes = Buffer.concat([bytes, Buffer.allocUnsafe(bytes.length)]);
  }
}
