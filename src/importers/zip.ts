import { inflateRawSync } from 'node:zlib';
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

interface Entry {
  readonly method: number;
  /** Bytes in the archive, and unpacked. */
  readonly packed: number;
  readonly size: number;
  /** Where its local header is. */
  readonly header: number;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** Fixed parts of the headers, and the longest comment behind the last of them. */
const [LOCAL_BYTES, CENTRAL_BYTES, END_BYTES, MAX_COMMENT] = [30, 46, 22, 65535];

export const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

/**
 * The entries of a zip archive (APPNOTE 6.3: stored or deflated, without encryption or zip64).
 * @throws DiagnosticError import_unreadable, also where an archive would unpack to more than MAX_IMPORT_BYTES
 */
export function openZip(path: string, bytes: Uint8Array): Archive {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = readEntries(path, buffer);
  const total = [...entries.values()].reduce((sum, { size }) => sum + size, 0);
  if (total > MAX_IMPORT_BYTES)
    fail(importUnreadable(path, `the archive unpacks to ${total} bytes, the limit is ${MAX_IMPORT_BYTES}`));
  return {
    names: [...entries.keys()],
    entry(name) {
      const entry = entries.get(name);
      return entry && unpack(inFile(path, name), buffer, entry);
    },
  };
}

const damaged = (at: string, why: string): never => fail(importUnreadable(at, `a damaged zip archive: ${why}`));

/** The central directory, which the end of the file points at. */
function readEntries(path: string, buffer: Buffer): Map<string, Entry> {
  let end = buffer.length - END_BYTES;
  while (end >= Math.max(0, buffer.length - END_BYTES - MAX_COMMENT) && buffer.readUInt32LE(end) !== END) end--;
  if (end < 0 || buffer.readUInt32LE(end) !== END) return damaged(path, 'its directory is missing');
  const count = buffer.readUInt16LE(end + 10);
  let at = buffer.readUInt32LE(end + 16);
  const entries = new Map<string, Entry>();
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_BYTES > end || buffer.readUInt32LE(at) !== CENTRAL)
      return damaged(path, `its entry ${i} is damaged`);
    const [name, extra, comment] = [28, 30, 32].map((field) => buffer.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    const next = at + CENTRAL_BYTES + name + extra + comment;
    if (next > end) return damaged(path, `its entry ${i} is damaged`);
    entries.set(buffer.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + name), {
      method: buffer.readUInt16LE(at + 10),
      packed: buffer.readUInt32LE(at + 20),
      size: buffer.readUInt32LE(at + 24),
      header: buffer.readUInt32LE(at + 42),
    });
    at = next;
  }
  return entries;
}

function unpack(at: string, buffer: Buffer, { method, packed, size, header }: Entry): Uint8Array {
  if (header + LOCAL_BYTES > buffer.length || buffer.readUInt32LE(header) !== LOCAL)
    return damaged(at, 'it is not where the directory says');
  const start = header + LOCAL_BYTES + buffer.readUInt16LE(header + 26) + buffer.readUInt16LE(header + 28);
  if (start + packed > buffer.length) return damaged(at, 'it is cut short');
  const content = buffer.subarray(start, start + packed);
  if (method !== 0 && method !== 8) return damaged(at, `it is packed by method ${method}`);
  const whole = method === 0 ? content : inflate(at, content, size);
  return whole.length === size ? whole : damaged(at, `it has ${whole.length} bytes instead of ${size}`);
}

/** No more than the directory promises, whatever the contents unpack to. */
function inflate(at: string, content: Buffer, size: number): Buffer {
  try {
    return inflateRawSync(content, { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    return damaged(at, (error as Error).message);
  }
}
