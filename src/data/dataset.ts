import { SeededRandom } from '../fixed/random.js';
import type { Codes, InputScaling } from '../ir/model.js';

/** Sequences, whose lengths may differ, and the classes wanted of them. */
export interface Split {
  readonly sequences: readonly Codes[];
  /** One class for each sequence, or one for each of its steps (Dataset.everyStep), -1 where none is wanted. */
  readonly targets: readonly Int32Array[];
}

/** Labelled sequences, already scaled to the codes the chip will see. */
export interface Dataset {
  /** A legal model name. */
  readonly name: string;
  readonly input: InputScaling;
  readonly labels: readonly string[];
  /** A class is wanted at every step, not only after the last one. */
  readonly everyStep: boolean;
  /** Sequences are long streams: training cuts them into windows and carries the state from one to the next. */
  readonly stream: boolean;
  readonly train: Split;
  readonly validation: Split;
  readonly test: Split;
}

/** Shuffles by the seed, then cuts into train, validation and test of the given counts. */
export function splitByCount(
  all: Split,
  counts: readonly [number, number, number],
  seed: number,
): Pick<Dataset, 'train' | 'validation' | 'test'> {
  const order = new SeededRandom(seed).shuffle(Int32Array.from(all.targets, (_, i) => i));
  const cut = (from: number, count: number): Split => {
    const own = order.subarray(from, from + count);
    return { sequences: Array.from(own, (i) => all.sequences[i]!), targets: Array.from(own, (i) => all.targets[i]!) };
  };
  const [train, validation, test] = counts;
  return { train: cut(0, train), validation: cut(train, validation), test: cut(train + validation, test) };
}

/** The parts of a data set: 8 in 10 sequences of each class to train, 1 to validate, 1 to test. */
export interface Parts<T> {
  readonly train: T;
  readonly validation: T;
  readonly test: T;
}

/** Shuffles by the seed, then cuts 80 / 10 / 10 within each class: every class of 10 or more is in every part. */
export function ratioIndices(labels: Int32Array, seed: number): Parts<Int32Array> {
  const order = new SeededRandom(seed).shuffle(labels.map((_, i) => i));
  const seen = new Map<number, number>();
  const parts = { train: [] as number[], validation: [] as number[], test: [] as number[] };
  for (const i of order) {
    const rank = seen.get(labels[i]!) ?? 0;
    seen.set(labels[i]!, rank + 1);
    (rank % 10 === 9 ? parts.validation : rank % 10 === 4 ? parts.test : parts.train).push(i);
  }
  const { train, validation, test } = parts;
  return { train: Int32Array.from(train), validation: Int32Array.from(validation), test: Int32Array.from(test) };
}

/** The split of ratioIndices. */
export function splitByRatio(items: readonly Codes[], labels: Int32Array, seed: number): Parts<Split> {
  const { train, validation, test } = ratioIndices(labels, seed);
  const pick = (own: Int32Array): Split => ({
    sequences: Array.from(own, (i) => items[i]!),
    targets: Array.from(own, (i) => Int32Array.of(labels[i]!)),
  });
  return { train: pick(train), validation: pick(validation), test: pick(test) };
}
