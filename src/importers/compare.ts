import type { Head } from './float-network.js';

/** Outputs of one sequence: a row after every step, or after the last one alone. */
export type Outputs = readonly ArrayLike<number>[];

/** How far a network is from the float64 original. */
export interface Closeness {
  /** Signal to error over all outputs, dB; null where nothing differs or nothing is there. */
  readonly decibels: number | null;
  /** The same of each output alone. */
  readonly perOutput: readonly (number | null)[];
  /** Decisions that differ: the largest output of a softmax, the side of 1/2 of each sigmoid; null of a linear head. */
  readonly changed: number | null;
  /** The largest difference, and where it is; both count from 0. */
  readonly worst: {
    readonly sequence: number;
    readonly row: number;
    readonly output: number;
    readonly difference: number;
  };
}

/** Measures the outputs of a network beside those of the original, sequence by sequence. */
export class Comparison {
  readonly #signal: Float64Array;
  readonly #error: Float64Array;
  #changed = 0;
  #worst = { sequence: 0, row: 0, output: 0, difference: 0 };

  constructor(
    readonly outputs: number,
    readonly head: Head,
  ) {
    [this.#signal, this.#error] = [new Float64Array(outputs), new Float64Array(outputs)];
  }

  note(sequence: number, original: Outputs, found: Outputs): void {
    original.forEach((reference, row) => {
      const own = found[row]!;
      for (let j = 0; j < this.outputs; j++) {
        const difference = Math.abs(own[j]! - reference[j]!);
        this.#signal[j]! += reference[j]! ** 2;
        this.#error[j]! += difference ** 2;
        if (difference > this.#worst.difference) this.#worst = { sequence, row, output: j, difference };
      }
      const [before, now] = [decide(reference, this.head), decide(own, this.head)];
      this.#changed += before.filter((decision, k) => decision !== now[k]).length;
    });
  }

  result(): Closeness {
    const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
    return {
      decibels: decibels(sum(this.#signal), sum(this.#error)),
      perOutput: Array.from(this.#signal, (signal, j) => decibels(signal, this.#error[j]!)),
      changed: this.head === 'linear' ? null : this.#changed,
      worst: this.#worst,
    };
  }
}

const decibels = (signal: number, error: number): number | null =>
  signal > 0 && error > 0 ? 10 * Math.log10(signal / error) : null;

/** What a head decides: the class of a softmax, yes or no of each sigmoid, nothing of a linear one. */
export function decide(outputs: ArrayLike<number>, head: Head): number[] {
  if (head === 'linear') return [];
  if (head === 'sigmoid') return Array.from(outputs, (value) => (value > 0 ? 1 : 0));
  let best = 0;
  for (let j = 1; j < outputs.length; j++) if (outputs[j]! > outputs[best]!) best = j;
  return [best];
}
