import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { readNpy } from '../../../src/data/arrays/npy.js';
import { loadDataset } from '../../../src/data/index.js';
import { PARTS } from '../../../src/data/recording.js';
import { PACKAGE_ROOT } from '../../../src/package-root.js';
import { idxFile, npyFile } from './array-files.js';
import { sharedData } from './shared-data.js';

const folder = mkdtempSync(join(tmpdir(), 'rnnq-arrays-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, bytes: Buffer): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}
const range = (count: number, value: (i: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => value(i));

describe('IDX', () => {
  /** Images of 3 rows and 2 columns; the first pixel is 4 x the number of the image. */
  const pixels = (count: number) => range(count * 6, (i) => (i % 6 === 0 ? (4 * i) / 6 : i % 6 === 1 ? 255 : 0));

  test('rows of pixels are steps, the labels are beside, .gz or not', async () => {
    const path = write('one/x-images-idx3-ubyte.gz', gzipSync(idxFile([40, 3, 2], pixels(40))));
    write(
      'one/x-labels-idx1-ubyte.gz',
      gzipSync(
        idxFile(
          [40],
          range(40, (i) => i % 2),
        ),
      ),
    );
    const data = await loadDataset(path);
    expect(data).toMatchObject({ name: 'x_images_idx3_ubyte_idx', task: { labels: ['0', '1'], everyStep: false } });
    expect(data.input).toMatchObject({ size: 2, fraction: 7, offset: [0], scale: [1], reading: { kind: 'idx' } });
    for (const part of PARTS)
      data[part].sequences.forEach((sequence, i) => {
        const number = Math.round((sequence[0]! * 255) / 128 / 4);
        expect(Array.from(sequence)).toEqual([Math.floor(((4 * number) / 255) * 128 + 0.5), 127, 0, 0, 0, 0]);
        expect(data[part].targets[i]![0]).toBe(number % 2);
      });
  });

  test('t10k beside train is the test part', async () => {
    for (const [name, count] of [
      ['train', 40],
      ['t10k', 6],
    ] as const) {
      write(`two/${name}-images.idx3-ubyte`, idxFile([count, 3, 2], pixels(count)));
      write(
        `two/${name}-labels.idx1-ubyte`,
        idxFile(
          [count],
          range(count, (i) => i % 2),
        ),
      );
    }
    const data = await loadDataset(join(folder, 'two/train-images.idx3-ubyte'));
    expect(PARTS.map((part) => data[part].targets.length)).toEqual([36, 4, 6]);
  });

  const t10k = sharedData('mnist-t10k');
  test.skipIf(!existsSync(t10k))('MNIST: the 10,000 test images, as one test part', async () => {
    const model = await loadDataset('digits');
    const data = await loadDataset(join(t10k, 't10k-images-idx3-ubyte.gz'), {
      split: 'all',
      like: { input: model.input, labels: model.task.labels },
    });
    expect(PARTS.map((part) => data[part].targets.length)).toEqual([0, 0, 10000]);
    expect(data.test.targets.slice(0, 5).map((t) => data.task.labels[t[0]!])).toEqual(['7', '2', '1', '0', '4']);
    expect(data.test.sequences.every((s) => s.length === 784)).toBe(true);
  });
});

describe('npy', () => {
  test.each(['<f4', '<f8', '|i1', '|u1', '<i2', '<u2', '<i4', '<i8'])('numbers of type %s', (type) => {
    const values = type.includes('u') ? [0, 1, 200] : type.includes('f') ? [0.5, -2, 1e9] : [0, -1, 100];
    expect(readNpy(write('x.npy', npyFile(type, [3, 1], values)))).toEqual({
      shape: [3, 1],
      values: Float64Array.from(values),
    });
  });

  test('sequences of different lengths, one label each', async () => {
    const path = write(
      'a.npy',
      npyFile(
        '<f4',
        [40, 3, 2],
        range(240, (i) => (i % 6) / 8),
      ),
    );
    write(
      'a_labels.npy',
      npyFile(
        '<i8',
        [40],
        range(40, (i) => 5 + (i % 2)),
      ),
    );
    write(
      'a_lengths.npy',
      npyFile(
        '|u1',
        [40],
        range(40, (i) => 1 + (i % 3)),
      ),
    );
    const data = await loadDataset(path, { normalize: 'none' });
    expect(data).toMatchObject({ name: 'a_npy', task: { labels: ['5', '6'], everyStep: false } });
    const lengths = PARTS.flatMap((part) => data[part].sequences.map((s) => s.length / 2));
    expect([1, 2, 3].map((n) => lengths.filter((length) => length === n).length)).toEqual([14, 13, 13]);
    const longest = data.train.sequences.find((s) => s.length === 6)!;
    expect(Array.from(longest)).toEqual([0, 16, 32, 48, 64, 80]);
  });

  test('without labels, where none is needed', async () => {
    const values = range(20 * 3 * 2, (i) => (i % 7) / 8);
    const path = write('bare.npy', npyFile('<f4', [20, 3, 2], values));
    await expect(loadDataset(path)).rejects.toThrow(/array_no_file/);
    const { task } = await loadDataset(path, { task: 'anomaly' });
    expect(task).toMatchObject({ name: 'anomaly', labels: ['value 1', 'value 2'] });
    await expect(loadDataset(path, { task: 'anomaly', labels: 'none.npy' })).rejects.toThrow(
      /array_no_file.*none\.npy/,
    );
  });

  test('a label at each step, -1 where none is wanted; labels and lengths that are named', async () => {
    const path = write(
      'b.npy',
      npyFile(
        '|i1',
        [10, 2, 1],
        range(20, (i) => i),
      ),
    );
    const labels = write(
      'kinds.npy',
      npyFile(
        '|i1',
        [10, 2],
        range(20, (i) => (i % 2 === 0 ? -1 : i % 4 === 1 ? 0 : 1)),
      ),
    );
    const lengths = write(
      'sizes.npy',
      npyFile(
        '<i4',
        [10],
        range(10, (i) => (i === 3 ? 1 : 2)),
      ),
    );
    const data = await loadDataset(path, { labels, lengths, normalize: 'range' });
    expect(data.task.everyStep).toBe(true);
    const targets = PARTS.flatMap((part) => data[part].targets.map((t) => t.join()));
    expect([...new Set(targets)].sort()).toEqual(['-1', '-1,0', '-1,1']);
  });

  test('another file is the test part', async () => {
    for (const [name, count] of [
      ['train', 40],
      ['test', 4],
    ] as const) {
      write(
        `c_${name}.npy`,
        npyFile(
          '<f8',
          [count, 2, 1],
          range(2 * count, (i) => i),
        ),
      );
      write(
        `c_${name}_labels.npy`,
        npyFile(
          '<i8',
          [count],
          range(count, (i) => i % 2),
        ),
      );
    }
    const data = await loadDataset(join(folder, 'c_train.npy'), { test: join(folder, 'c_test.npy') });
    expect(PARTS.map((part) => data[part].targets.length)).toEqual([36, 4, 4]);
  });

  const python = ((): boolean => {
    try {
      execFileSync('python3', ['-c', 'import numpy'], { stdio: 'ignore' });
      return true;
    } catch {
      console.warn('the example of docs/data/arrays.md is not run: no python3 with numpy');
      return false;
    }
  })();
  test.skipIf(!python)('the worked example of docs/data/arrays.md, written by numpy', async () => {
    const doc = readFileSync(join(PACKAGE_ROOT, 'docs/data/arrays.md'), 'utf8');
    execFileSync('python3', ['-c', /```python\n([\s\S]*?)```/.exec(doc)![1]!], { cwd: folder });
    const data = await loadDataset(join(folder, 'steps.npy'));
    expect(data).toMatchObject({ task: { labels: ['0', '1'], everyStep: false }, input: { size: 3 } });
    expect(PARTS.map((part) => data[part].targets.length)).toEqual([80, 10, 10]);
    const lengths = PARTS.flatMap((part) => data[part].sequences.map((s) => s.length / 3));
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([20, 50]);
  });
});
