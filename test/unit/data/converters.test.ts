import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { converterFor, converterForAll } from '../../../src/data/converters.js';
import { loadDataset } from '../../../src/data/index.js';

const folder = mkdtempSync(join(tmpdir(), 'rnnq-converters-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['flac/a.FLAC', "ffmpeg -i 'flac/a.FLAC' -ac 1 'flac/a.wav'"],
  ["it's.xlsx", /^python3 -c '[^']*read_excel[^']*' 'it'\\''s.xlsx' 'it'\\''s.csv'$/],
  ['rows.jsonl', /read_json\(sys\.argv\[1\], lines=True\)/],
  ['rows.csv.gz', "gunzip -k 'rows.csv.gz'"],
  ['a.mat', /scipy\.io\.loadmat.*"<array>".* 'a\.mat' 'a\.npy'$/],
  ['a.edf', undefined],
  ['without', undefined],
])('%s', (path, command) => {
  if (command instanceof RegExp) expect(converterFor(path)).toMatch(command);
  else expect(converterFor(path)).toBe(command);
});

test('of a folder: a loop over the files of the first kind that is known', () => {
  expect(converterForAll(['list.doc', 'a/1.mp3', 'b.flac'])).toBe(
    `for f in *.mp3; do ffmpeg -i "$f" -ac 1 "\${f%.*}.wav"; done`,
  );
  expect(converterForAll(['list.doc'])).toBeUndefined();
  expect(converterForAll(['about.json', 'b.flac'], /\.wav$/)).toMatch(/^for f in \*\.flac/);
  expect(converterForAll(['about.json'], /\.wav$/)).toBeUndefined();
});

test('data of another kind are refused with the command', async () => {
  const path = join(folder, 'x.parquet');
  writeFileSync(path, 'PAR1');
  await expect(loadDataset(path)).rejects.toThrow(/data_kind_unclear at .*\n.*convert it: python3 .*read_parquet/);
  mkdirSync(join(folder, 'sounds'));
  writeFileSync(join(folder, 'sounds', 'a.ogg'), '');
  await expect(loadDataset(join(folder, 'sounds'))).rejects.toThrow(
    /1 \.ogg \(a\.ogg\)\n.*for f in \*\.ogg; do ffmpeg/,
  );
});

test('the command for an .npz makes the array that is read', async ({ skip }) => {
  const python = (code: string, ...args: string[]) => execFileSync('python3', ['-c', code, ...args]);
  const path = join(folder, 'two words.npz');
  try {
    python('import numpy, sys; numpy.savez(sys.argv[1], x=numpy.arange(7200.0).reshape(40, 60, 3) % 7)', path);
  } catch {
    skip('python3 has no numpy');
  }
  execFileSync('sh', ['-c', converterFor(path)!.replace('<array>', 'x')]);
  python('import numpy, sys; numpy.save(sys.argv[1], numpy.arange(40) % 2)', join(folder, 'two words_labels.npy'));
  const { train } = await loadDataset(join(folder, 'two words.npy'));
  expect(train.sequences[0]).toHaveLength(60 * 3);
});
