import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { readNetwork } from '../../src/importers/index.js';
import { MAX_IMPORT_BYTES } from '../../src/importers/zip.js';
import { attack } from './campaign.js';

test('damaged files are read or refused, in every format', async () => {
  const { read, refused, crashed } = await attack(4, 7);
  expect(crashed).toEqual([]);
  expect(refused).toBeGreaterThan(100);
  expect(read).toBeGreaterThan(10);
});

/** An archive whose entry says that it unpacks to `size` bytes. */
function bomb(name: string, size: number): Uint8Array {
  const zeros = new Uint8Array(1 << 20);
  const bytes = Buffer.from(zipSync({ [name]: zeros }));
  expect(deflateRawSync(zeros).length).toBeLessThan(2000);
  for (const signature of [0x04034b50, 0x02014b50]) {
    const header = Buffer.alloc(4);
    header.writeUInt32LE(signature);
    const at = bytes.indexOf(header);
    bytes.writeUInt32LE(size, at + (signature === 0x04034b50 ? 22 : 24));
  }
  return bytes;
}

test.each([
  ['net.keras', 'config.json', MAX_IMPORT_BYTES + 1, 'unpacks to'],
  ['net.keras', 'config.json', 100, 'damaged zip archive'],
  ['net.pth', 'net/data.pkl', 2 ** 32 - 1, 'unpacks to'],
  ['net.npz', 'fc.weight.npy', MAX_IMPORT_BYTES + 1, 'unpacks to'],
])(
  '%s with an entry that says it has other sizes than it has is refused: %s, %i bytes',
  async (file, entry, size, why) => {
    const folder = mkdtempSync(join(tmpdir(), 'rnnq-bomb-'));
    try {
      const path = join(folder, file);
      writeFileSync(path, bomb(entry, size));
      await expect(readNetwork(path)).rejects.toThrow(why);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
