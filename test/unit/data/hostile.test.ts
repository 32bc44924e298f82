import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { type DataOptions, loadDataset } from '../../../src/data/index.js';
import { DiagnosticError } from '../../../src/diagnostics.js';
import { SeededRandom } from '../../../src/fixed/random.js';
import { idxFile, npyFile } from './array-files.js';
import { wavFile } from './wav-file.js';

const folder = mkdtempSync(join(tmpdir(), 'rnnq-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));
const range = (count: number, value: (i: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => value(i));

const csv = Array.from({ length: 24 }, (_, i) => [
  `s${i},${i % 2 ? 'up' : '"d,n"'},1.5,-2e1`,
  `s${i},${i % 2 ? 'up' : '"d,n"'},0,7`,
]);
const MODEL = { input: { size: 2, fraction: 7, offset: [0], scale: [1] }, labels: [] };

/** Good files; the first one is damaged. */
const GOOD: Readonly<Record<string, { files: Record<string, Buffer>; spec: string; options?: DataOptions }>> = {
  csv: { files: { 'x.csv': Buffer.from(['sequence,label,x,y', ...csv.flat()].join('\n')) }, spec: 'x.csv' },
  'csv in a folder': {
    files: { 'a/1.csv': Buffer.from('x,y\n1,2\n3,4\n'), 'b/2.csv': Buffer.from('x,y\n1,2\n') },
    spec: '',
    options: { split: 'all', like: MODEL },
  },
  wav: {
    files: {
      'a/1.wav': wavFile(range(400, (i) => Math.sin(i) / 2)),
      'b/2.wav': wavFile(range(300, (i) => Math.cos(i) / 2)),
    },
    spec: '',
    options: { split: 'all', like: { ...MODEL, input: { ...MODEL.input, size: 24 } } },
  },
  'float wav': {
    files: {
      'a/1.wav': wavFile(
        range(400, (i) => Math.sin(i) / 2),
        { encoding: 3, bits: 32 },
      ),
    },
    spec: '',
    options: { split: 'all', like: { ...MODEL, input: { ...MODEL.input, size: 24 } } },
  },
  text: { files: { 'x.txt': Buffer.from('Grüße, 世界 \u{1f600}\r\n'.repeat(20)) }, spec: 'x.txt' },
  'packed text': { files: { 'x.txt.gz': gzipSync('to be or not to be\n'.repeat(20)) }, spec: 'x.txt.gz' },
  idx: {
    files: {
      'images-idx3-ubyte': idxFile(
        [24, 2, 2],
        range(96, (i) => i),
      ),
      'labels-idx1-ubyte': idxFile(
        [24],
        range(24, (i) => i % 2),
      ),
    },
    spec: 'images-idx3-ubyte',
  },
  'idx labels': {
    files: {
      'labels-idx1-ubyte': idxFile(
        [24],
        range(24, (i) => i % 2),
      ),
      'images-idx3-ubyte': idxFile(
        [24, 2, 2],
        range(96, (i) => i),
      ),
    },
    spec: 'images-idx3-ubyte',
  },
  npy: {
    files: {
      'x.npy': npyFile(
        '<f4',
        [24, 3, 2],
        range(144, (i) => i / 7),
      ),
      'x_labels.npy': npyFile(
        '<i8',
        [24],
        range(24, (i) => i % 2),
      ),
      'x_lengths.npy': npyFile(
        '|u1',
        [24],
        range(24, (i) => 1 + (i % 3)),
      ),
    },
    spec: 'x.npy',
  },
  'npy labels': {
    files: {
      'x_labels.npy': npyFile(
        '<i8',
        [24],
        range(24, (i) => i % 2),
      ),
      'x.npy': npyFile(
        '<f4',
        [24, 3, 2],
        range(144, (i) => i / 7),
      ),
    },
    spec: 'x.npy',
  },
};

/** Some bytes changed, cut off, doubled or put in; the beginning, where headers stand, more often. */
function damaged(good: Buffer, random: SeededRandom): Buffer {
  const bytes = Buffer.from(good);
  const place = () => random.integer(random.integer(2) ? bytes.length : Math.min(bytes.length, 64));
  switch (random.integer(5)) {
    case 0:
      return bytes.subarray(0, place());
    case 1: {
      const at = place();
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([random.integer(256)]), bytes.subarray(at)]);
    }
    case 2: {
      const at = place();
      return Buffer.concat([bytes, bytes.subarray(at, at + 40)]);
    }
    default:
      for (let n = 1 + random.integer(4); n > 0; n--)
        bytes[place()] = random.integer(2) ? random.integer(256) : 255 * random.integer(2);
      return bytes;
  }
}

/** RNNQ_ROUNDS=20000: the campaign. */
const ROUNDS = Number(process.env.RNNQ_ROUNDS ?? 250);
test.each(Object.keys(GOOD))('a damaged %s is read or refused, never a crash', async (kind) => {
  const { files, spec, options } = GOOD[kind]!;
  const root = join(folder, kind);
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), bytes);
  }
  await loadDataset(join(root, spec), options);
  const [name, good] = Object.entries(files)[0]!;
  const random = new SeededRandom(kind.length);
  let refused = 0;
  for (let round = 0; round < ROUNDS; round++) {
    writeFileSync(join(root, name), damaged(good, random));
    const error = await loadDataset(join(root, spec), options).catch((e: unknown) => e);
    if (!(error instanceof Error)) continue;
    if (!(error instanceof DiagnosticError)) throw new Error(`round ${round}`, { cause: error });
    for (const { at } of error.diagnostics) expect(at).not.toBe('');
    refused++;
  }
  expect(refused).toBeGreaterThan(ROUNDS / 10);
  expect(readFileSync(join(root, name)).equals(good)).toBe(false);
});
