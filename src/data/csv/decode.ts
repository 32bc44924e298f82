import { isUtf8 } from 'node:buffer';
import { fail, fileTooLarge } from '../../diagnostics.js';
import { readInputBlocks } from '../../read-file.js';
import { textNotUtf8 } from '../diagnostics.js';
import { readBytes, utf8Fault } from '../files.js';
import type { FileNote } from '../folder.js';
import { csvNulByte } from './diagnostics.js';

/** Encodings of several bytes a character that are told apart from others by what they allow. */
const MULTIBYTE = ['GB18030', 'SHIFT_JIS', 'EUC-KR', 'BIG5'] as const;

/** Bytes that are read at once. */
const BLOCK = 2 ** 22;
/** Of what can only be read as a whole: packed files, UTF-16, a cell in quotes. */
const MAX_WHOLE = 256 * 2 ** 20;

/** What comes before a block; the reader of the rows counts the lines. */
export interface BlockPlace {
  bytes: number;
  lines: number;
}

/**
 * The bytes of a table as UTF-8 without its byte order mark, in blocks of whole rows: a file of any size is never in memory
 * as a whole. What had to be converted is noted.
 */
export function* rowBlocks(path: string, notes: FileNote[], before: BlockPlace): Generator<Buffer> {
  const blocks = /\.gz$/i.test(path) ? [readBytes(path)] : readInputBlocks(path, BLOCK);
  let rest: Buffer = Buffer.alloc(0);
  let [whole, first] = [false, true];
  for (const block of blocks) {
    rest = rest.length === 0 ? block : Buffer.concat([rest, block]);
    if (rest.length > MAX_WHOLE) fail(fileTooLarge(path, rest.length, MAX_WHOLE));
    if (first) whole = utf16Order(rest) !== null;
    const end = whole ? 0 : lastRowEnd(rest);
    if (end === 0) continue;
    yield checkUtf8(path, rest.subarray(0, end), before, first);
    rest = rest.subarray(end);
    first = false;
  }
  const order = first ? utf16Order(rest) : null;
  if (order !== null) {
    notes.push({ path, fact: `read as ${order.toUpperCase()}` });
    yield Buffer.from(new TextDecoder(order).decode(rest));
  } else if (rest.length > 0) yield checkUtf8(path, rest, before, first);
}

/** Where the last whole row ends: behind a line end that is within no quotes; 0 where there is none. */
function lastRowEnd(bytes: Buffer): number {
  const sign = bytes.includes(10) ? 10 : 13;
  let end = bytes.lastIndexOf(sign) + 1;
  // a \r at the very end may be half of a line end
  if (sign === 13 && end === bytes.length) end = bytes.lastIndexOf(13, end - 2) + 1;
  let quotes = 0;
  let inner = 0;
  for (let at = bytes.indexOf(34); at >= 0 && at < end; at = bytes.indexOf(34, at + 1)) {
    quotes++;
    if (quotes % 2 === 1) inner = at;
  }
  if (quotes % 2 === 0) return end;
  return inner === 0 ? 0 : bytes.lastIndexOf(sign, inner - 1) + 1;
}

/** The byte order of UTF-16: by its mark, or where every other byte of the first ones is zero; null for other encodings. */
function utf16Order(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe)
    return bytes.readUInt16LE(Math.min(2, bytes.length - 2)) === 0 ? null : 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const head = bytes.subarray(0, 64);
  const zeros = [0, 1].map((odd) => head.every((byte, i) => i % 2 !== odd || byte === 0));
  if (head.length < 4 || bytes.length % 2 === 1 || zeros[0] === zeros[1]) return null;
  return zeros[0] ? 'utf-16be' : 'utf-16le';
}

function checkUtf8(path: string, bytes: Buffer, before: BlockPlace, first: boolean): Buffer {
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    const utf32 = [0, 1, 2].every((i) => bytes[nul + i] === 0) || bytes.subarray(0, 2).equals(Buffer.of(0xff, 0xfe));
    fail(
      utf32
        ? textNotUtf8(path, 0, ['UTF-32'])
        : csvNulByte(path, before.bytes + nul, before.lines + lineOf(bytes, nul), first ? packedAs(bytes) : undefined),
    );
  }
  if (!isUtf8(bytes)) fail(textNotUtf8(path, before.bytes + utf8Fault(bytes), encodingsOf(bytes)));
  before.bytes += bytes.length;
  return first && bytes.subarray(0, 3).equals(Buffer.of(0xef, 0xbb, 0xbf)) ? bytes.subarray(3) : bytes;
}

/** What to do with files that were renamed instead of converted, by their first bytes. */
function packedAs(bytes: Buffer): string | undefined {
  const first = bytes.toString('latin1', 0, 4);
  if (first.startsWith('PK')) return 'this is a spreadsheet or a zip file: save it as CSV, or unpack it';
  if (first.startsWith('\x1f\x8b')) return 'this is a gzip file: unpack it with gunzip';
  if (first.startsWith('\xd0\xcf\x11\xe0')) return 'this is an old Excel file: save it as CSV';
  if (first === 'PAR1') return 'this is a Parquet file: write it as CSV';
  return undefined;
}

const lineOf = (bytes: Buffer, at: number): number => bytes.toString('latin1', 0, at).split(/\r\n|\n|\r/).length;

/** Names for iconv: letters with accents are single bytes between others, words of other scripts are many. */
function encodingsOf(bytes: Buffer): string[] {
  const runs = bytes.toString('latin1').match(/[\x80-\xff]+/g) ?? [];
  const mean = runs.reduce((sum, run) => sum + run.length, 0) / runs.length;
  if (mean < 3) return ['WINDOWS-1252'];
  const fits = (encoding: string): boolean => {
    try {
      new TextDecoder(encoding, { fatal: true }).decode(bytes);
      return true;
    } catch {
      return false;
    }
  };
  return [...MULTIBYTE.filter(fits), 'WINDOWS-1252'];
}
