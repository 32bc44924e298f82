import { existsSync } from 'node:fs';
import { readNpy } from '../data/arrays/npy.js';
import { type DataOptions, loadRecordings } from '../data/index.js';
import { isPathKind, kindOf } from '../data/kind.js';
import { checkDataOptions } from '../data/options.js';
import { prepareParts } from '../data/prepare.js';
import { readingOf } from '../data/reading.js';
import type { Recording } from '../data/recording.js';
import { fail } from '../diagnostics.js';
import type { Reading } from '../ir/model.js';
import { importDataFit } from './diagnostics.js';
import { type FloatNetwork, stepWidth } from './float-network.js';

/** One recorded sequence of the network's input, steps x features, as the data have it. */
export interface Recorded {
  /** Of recordings that have a name. */
  readonly name?: string;
  readonly values: Float64Array;
  /** The target class: one of the sequence, or one of each step; empty where the data have none. */
  readonly labels: readonly string[];
}

/** What formats are chosen from, and what the result is measured on: the same where the data have no parts. */
export interface RecordedInput {
  readonly source: string;
  readonly calibration: readonly Recorded[];
  readonly test: readonly Recorded[];
  /** Classes of the data in their order; none where the data have no labels. */
  readonly labels: readonly string[];
  /** How they were read, which the model remembers; absent of arrays without labels and of built-in data. */
  readonly reading?: Reading;
  /** Of networks that find anomalies: labels of what is normal; absent: the usual ones. */
  readonly normal?: readonly string[] | undefined;
}

/**
 * Data for an import, read as for training, but as real values. A .npy file needs no labels here: sequences x steps x
 * features, or one sequence of steps x features.
 * @throws DiagnosticError of the data, and import_data_fit where they are of another size than the network reads
 */
export async function readRecordedInput(
  spec: string,
  options: DataOptions,
  network: FloatNetwork,
  most = Number.POSITIVE_INFINITY,
): Promise<RecordedInput> {
  const { size, list, reading } = await recordingsOf(spec, options);
  const width = stepWidth(network.input);
  if (size !== width)
    fail(importDataFit(spec, `a time step of the data has ${size} values, the network reads ${width}`));
  // of anomalies a step without a label is normal
  const labelled = (labels: readonly string[]): readonly string[] =>
    options.task === 'anomaly' ? labels : labels.filter((label) => label !== '');
  const [trained, tested] = [list.filter(({ part }) => part !== 'test'), list.filter(({ part }) => part === 'test')];
  const pick = (own: readonly Recording[]): Recorded[] =>
    own
      .slice(0, most)
      .map(({ name, values, labels }) => ({ name, values: Float64Array.from(values), labels: labelled(labels) }));
  const known = new Set(list.flatMap(({ labels }) => labels.filter((label) => label !== '')));
  const calibration = pick(trained.length > 0 ? trained : tested);
  const test = trained.length > 0 && tested.length > 0 ? pick(tested) : calibration;
  return {
    source: spec,
    calibration,
    test,
    labels: inOrder([...known]),
    ...(reading !== undefined && { reading }),
    normal: checkDataOptions(options).normal,
  };
}

interface Found {
  readonly size: number;
  readonly list: readonly Recording[];
  readonly reading?: Reading;
}

async function recordingsOf(spec: string, options: DataOptions): Promise<Found> {
  const { kind, path } = kindOf(spec);
  if (kind === 'npy' && options.labels === undefined && !existsSync(path.replace(/(\.npy)?$/i, '_labels.npy')))
    return unlabelled(path);
  // formats are chosen from inputs alone: labels are taken where they are
  const checked = { ...checkDataOptions(options), unlabelled: true };
  const found = await loadRecordings(spec, checked);
  if ('list' in found) {
    const own = prepareParts(found, checked);
    return isPathKind(kind) ? { ...own, reading: readingOf(kind, options, found) } : own;
  }
  return fail(importDataFit(spec, 'texts are symbols of an alphabet that only rnnq knows'));
}

function unlabelled(path: string): Found {
  const { shape, values } = readNpy(path);
  const [count, steps, size] = shape.length === 2 ? [1, ...shape] : shape;
  if (shape.length < 2 || shape.length > 3 || values.length === 0)
    return fail(importDataFit(path, `has the shape (${shape.join(', ')}); needed are sequences x steps x features`));
  const length = steps! * size!;
  const list = Array.from({ length: count! }, (_, i) => ({
    source: `${path}, sequence ${i}`,
    name: String(i),
    values: values.subarray(i * length, (i + 1) * length),
    labels: [],
  }));
  return { size: size!, list };
}

/** Whole numbers in their order, other texts by code unit, as a data set has its classes. */
function inOrder(labels: readonly string[]): string[] {
  const sorted = [...labels].sort();
  return sorted.every((label) => /^-?\d+$/.test(label)) ? sorted.sort((a, b) => Number(a) - Number(b)) : sorted;
}
