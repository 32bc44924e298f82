import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail } from '../../diagnostics.js';
import { readBytes } from '../files.js';
import { modelName, type Part, type Recording, type Recordings } from '../recording.js';
import { arrayCounts, arrayNoFile, arrayShape, idxDamaged, idxHeader } from './diagnostics.js';

const UNSIGNED_BYTE = 8;

interface IdxFile {
  readonly sizes: readonly number[];
  readonly bytes: Buffer;
}

/** Reads an IDX file (LeCun, MNIST) of unsigned bytes: two zeros, type, number of dimensions, their sizes, the bytes. */
function readIdx(path: string, dimensions: number): IdxFile {
  const bytes = readBytes(path);
  const header = 4 + 4 * dimensions;
  if (bytes.length < header || bytes.readUInt32BE(0) !== (UNSIGNED_BYTE << 8) + dimensions)
    fail(idxHeader(path, bytes.subarray(0, 4).toString('hex'), dimensions));
  const sizes = Array.from({ length: dimensions }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  const expected = header + sizes.reduce((product, size) => product * size, 1);
  if (bytes.length !== expected) fail(idxDamaged(path, sizes, expected, bytes.length));
  return { sizes, bytes: bytes.subarray(header) };
}

/**
 * Images of MNIST's format, plain or .gz, as sequences: a row of pixels 0..1 a step. The file of the labels is found by
 * its name. Beside `train-images...` the file `t10k-images...` is the test part.
 */
export function readIdxImages(path: string): Recordings {
  const other = join(dirname(path), basename(path).replace(/^train/, 't10k'));
  const pair = other !== path && existsSync(other);
  const own = readPair(path, pair ? 'train' : undefined);
  const tested = pair ? readPair(other, 'test') : { list: [], width: own.width };
  if (tested.width !== own.width) fail(arrayCounts(other, 'pixels in a row', tested.width, own.width));
  return {
    name: modelName(path, 'idx'),
    source: path,
    size: own.width,
    everyStep: false,
    normalization: { kind: 'none' },
    list: [...own.list, ...tested.list],
  };
}

function readPair(path: string, part: Part | undefined): { list: Recording[]; width: number } {
  const images = readIdx(path, 3);
  const labelPath = join(dirname(path), basename(path).replace('images', 'labels').replace('idx3', 'idx1'));
  if (labelPath === path || !existsSync(labelPath)) fail(arrayNoFile(path, 'labels', labelPath));
  const labels = readIdx(labelPath, 1);
  const [count, height, width] = images.sizes as [number, number, number];
  if (images.bytes.length === 0) fail(arrayShape(path, images.sizes, 'images with pixels'));
  if (labels.sizes[0] !== count) fail(arrayCounts(labelPath, 'labels', labels.sizes[0]!, count));
  const list = Array.from({ length: count }, (_, i): Recording => {
    const pixels = images.bytes.subarray(i * height * width, (i + 1) * height * width);
    const values = new Float64Array(pixels).map((pixel) => pixel / 255);
    const name = `${basename(path)}/${i}`;
    return {
      source: `${path}, image ${i}`,
      name,
      values,
      labels: [String(labels.bytes[i])],
      ...(part ? { part } : {}),
    };
  });
  return { list, width };
}
