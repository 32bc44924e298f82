import { SeededRandom } from '../fixed/random.js';
import type { InputScaling } from '../ir/model.js';

/** Sequences with one label each. */
export interface Split {
  /** s8 codes, steps x input.size. */
  readonly sequences: readonly Int8Array[];
  /** Class of each sequence. */
  readonly labels: Int32Array;
}

/** Labelled sequences, already scaled to the codes the chip will see. */
export interface Dataset {
  /** A legal model name. */
  readonly name: string;
  readonly input: InputScaling;
  readonly labels: readonly string[];
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
  const order = new SeededRandom(seed).shuffle(Int32Array.from(all.labels, (_, i) => i));
  const cut = (from: number, count: number): Split => {
    const own = order.subarray(from, from + count);
    return { sequences: Array.from(own, (i) => all.sequences[i]!), labels: own.map((i) => all.labels[i]!) };
  };
  const [train, validation, test] = counts;
  return { train: cut(0, train), validation: cut(train, validation), test: cut(train + validation, test) };
}
