import type { SeededRandom } from '../fixed/random.js';
import type { ActivationBits, Codes, InputScaling } from '../ir/model.js';
import type { Targets, Task } from '../tasks/task.js';

/** Sequences, whose lengths may differ, and what is wanted of them. */
export interface Split {
  readonly sequences: readonly Codes[];
  /** Of each sequence: one row, or one for each of its steps (Task.everyStep). */
  readonly targets: readonly Targets[];
  /** What the codes were made from: int16, channels interleaved. Kept on demand (DataOptions.samples). */
  readonly samples?: readonly Int16Array[];
  /** What the data call the sequences. */
  readonly names?: readonly string[];
}

/** Sequences of the training part that can be made again, in another random form. */
export interface Renewal {
  /** What a reader of the model should know of it. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** Of the longest sequence that can be made. */
  readonly steps: number;
  /**
   * Another form of training sequence `index`; the same state of `random` gives the same one.
   * @param decibels samples are louder or softer by up to so many
   */
  make(index: number, random: SeededRandom, decibels: number): { readonly codes: Codes; readonly targets: Targets };
}

/** Sequences with a task, already scaled to the codes the chip will see. */
export interface Dataset {
  /** A legal model name. */
  readonly name: string;
  /** Of the codes; default 8. Symbols are s16 in any case. */
  readonly activationBits?: ActivationBits;
  readonly input: InputScaling;
  readonly task: Task;
  /** Sequences are long streams: training cuts them into windows and carries the state from one to the next. */
  readonly stream: boolean;
  /** Sequences are pieces of streams: recordings with random pasts (DataOptions.stream). */
  readonly renewal?: Renewal;
  /** What a user should know before training: converted or unread input, features that carry little. */
  readonly warnings?: readonly string[];
  readonly train: Split;
  readonly validation: Split;
  readonly test: Split;
}
