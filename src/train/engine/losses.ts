import type { LossName, Targets } from '../../tasks/task.js';
import { pad8 } from './layout.js';
import type { Kernels } from './wasm.js';

/** A shard's memory, seen as floats and as integers. */
export interface Words {
  readonly floats: Float32Array;
  readonly integers: Int32Array;
}

/** Where the head has what a loss reads and writes: byte offsets. */
export interface LossPlace {
  readonly rows: number;
  readonly outputs: number;
  /** Outputs of all rows, each padded to 8; the loss replaces them by its gradient. */
  readonly gradient: number;
  readonly targets: number;
  /** A weight for each output. */
  readonly weights: number;
  /** An integer: right decisions of the last pass. */
  readonly right: number;
}

/** A loss of the engine: how a shard keeps its targets, and its kernel. */
export interface LossDef {
  /** Words that the targets of one row take. */
  words(outputs: number): number;
  /** Writes row `row` of `targets` to the word `at`; null: nothing is wanted. */
  write(memory: Words, at: number, targets: Targets | null, row: number, outputs: number): void;
  /** Number of the targets in memory, and the sum of their weights. */
  wanted(memory: Words, place: LossPlace): { readonly count: number; readonly weight: number };
  /** Sum of the losses of all targets, each times its weight and `scale`; writes the gradient and the right decisions. */
  run(k: Kernels, place: LossPlace, scale: number): number;
}

const crossEntropy: LossDef = {
  words: () => 1,
  write({ integers }, at, classes, row) {
    integers[at] = classes?.[row] ?? -1;
  },
  wanted({ floats, integers }, { rows, targets, weights }) {
    let [count, weight] = [0, 0];
    for (const label of integers.subarray(targets >> 2, (targets >> 2) + rows)) {
      if (label < 0) continue;
      count++;
      weight += floats[(weights >> 2) + label]!;
    }
    return { count, weight };
  },
  run: (k, { rows, outputs, gradient, targets, weights, right }, scale) =>
    k.softmaxCrossEntropy(rows, outputs, pad8(outputs), gradient, targets, weights, scale, right),
};

export const LOSSES: { readonly [N in LossName]: LossDef } = { 'cross-entropy': crossEntropy };
