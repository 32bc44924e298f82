import { crc32 } from 'node:zlib';

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
/** Version 2.0 of the format; 1 January 1980, so that equal contents are equal bytes. */
const [ZIP_VERSION, DATE] = [20, 0x21];

/** A zip archive of stored entries (APPNOTE 6.3, without zip64: 4 GiB at most), in their order. */
export function zipped(entries: ReadonlyMap<string, Uint8Array>): Buffer {
  const [parts, directory]: [Uint8Array[], Uint8Array[]] = [[], []];
  let at = 0;
  for (const [name, content] of entries) {
    const label = Buffer.from(name, 'utf8');
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(ZIP_VERSION, 0);
    facts.writeUInt16LE(DATE, 8);
    facts.writeUInt32LE(crc32(content), 10);
    facts.writeUInt32LE(content.length, 14);
    facts.writeUInt32LE(content.length, 18);
    facts.writeUInt16LE(label.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    directory.push(signature(CENTRAL), version(), facts, place, label);
    parts.push(signature(LOCAL), facts, label, content);
    at += 4 + facts.length + label.length + content.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.size, 4);
  end.writeUInt16LE(entries.size, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, listed, signature(END), end]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Of the program that made the archive. */
const version = (): Buffer => Buffer.from([ZIP_VERSION, 0]);
