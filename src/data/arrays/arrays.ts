import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { fail } from '../../diagnostics.js';
import { modelName, type Recording, type Recordings } from '../recording.js';
import { arrayCounts, arrayNoFile, arrayShape, arrayValue } from './diagnostics.js';
import { type NpyArray, readNpy } from './npy.js';

/** Files beside the one of the values; absent ones are found by their name. */
export interface ArrayWishes {
  readonly labels?: string | undefined;
  readonly lengths?: string | undefined;
  /** Labels are taken where they are there. */
  readonly unlabelled?: boolean | undefined;
}

/**
 * Sequences in .npy files: values N x T x F; labels N, or N x T for one at each step, -1 where none is wanted; lengths N
 * where sequences are shorter than T. Labels of `x.npy` are in `x_labels.npy`, lengths in `x_lengths.npy`.
 */
export function readArrays(path: string, wishes: ArrayWishes): Recordings {
  const { shape, values } = readNpy(path);
  const [count, steps, size] = shape;
  if (shape.length !== 3 || values.length === 0) return fail(arrayShape(path, shape, 'sequences x steps x features'));
  const labelPath = wishes.labels ?? path.replace(/(\.npy)?$/i, '_labels.npy');
  const isLabelled = existsSync(labelPath);
  if (!isLabelled && (!wishes.unlabelled || wishes.labels !== undefined)) fail(arrayNoFile(path, 'labels', labelPath));
  const labels = isLabelled ? readWhole(labelPath) : { shape: [count!], values: null };
  const everyStep = labels.shape.length === 2;
  if (labels.shape[0] !== count || (everyStep ? labels.shape[1] !== steps : labels.shape.length !== 1))
    fail(arrayShape(labelPath, labels.shape, `(${count}) or (${count}, ${steps})`));
  const lengths = readLengths(path, wishes.lengths, count!, steps!);
  const list = Array.from({ length: count! }, (_, i): Recording => {
    const [length, perStep] = [lengths[i]!, steps! * size!];
    const own =
      labels.values === null
        ? null
        : everyStep
          ? labels.values.subarray(i * steps!, i * steps! + length)
          : labels.values.subarray(i, i + 1);
    if (own !== null && !everyStep && own[0]! < 0) fail(arrayValue(labelPath, i, own[0]!, '0 or more'));
    return {
      source: `${path}, sequence ${i}`,
      name: `${basename(path)}/${i}`,
      values: values.subarray(i * perStep, i * perStep + length * size!),
      labels: own === null ? [''] : Array.from(own, (label) => (label < 0 ? '' : String(label))),
    };
  });
  return {
    name: modelName(path, 'npy'),
    source: path,
    size: size!,
    everyStep,
    normalization: { kind: 'standard' },
    list,
  };
}

function readWhole(path: string): NpyArray {
  const array = readNpy(path);
  const bad = array.values.findIndex((value) => !Number.isSafeInteger(value));
  if (bad >= 0) fail(arrayValue(path, bad, array.values[bad]!, 'a whole number'));
  return array;
}

/** Steps of each sequence of a file: those of `x_lengths.npy`, or all. */
export function readLengths(path: string, wished: string | undefined, count: number, steps: number): Float64Array {
  const lengthPath = wished ?? path.replace(/(\.npy)?$/i, '_lengths.npy');
  if (wished === undefined && !existsSync(lengthPath)) return new Float64Array(count).fill(steps);
  const { shape, values } = readWhole(lengthPath);
  if (shape.length !== 1) fail(arrayShape(lengthPath, shape, `(${count})`));
  if (values.length !== count) fail(arrayCounts(lengthPath, 'lengths', values.length, count));
  const bad = values.findIndex((length) => length < 1 || length > steps);
  if (bad >= 0) fail(arrayValue(lengthPath, bad, values[bad]!, `from 1 to ${steps}`));
  return values;
}
